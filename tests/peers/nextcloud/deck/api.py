"""Deck's routes. Any API version answers; an unknown path, or one that ends in a slash, is 405."""

import json
import re
from typing import Any
from urllib.parse import parse_qsl

from tests.peers.nextcloud.deck.attachments import Attachments
from tests.peers.nextcloud.deck.boards import Boards
from tests.peers.nextcloud.deck.cards import Cards
from tests.peers.nextcloud.deck.checks import internal_error
from tests.peers.nextcloud.deck.state import DeckState
from tests.peers.nextcloud.deck.views import Views
from tests.peers.nextcloud.errors import PlainError
from tests.peers.nextcloud.tree import Tree
from tests.peers.nextcloud.wire import Answer, Request

PATH = re.compile(
    r"/api/v(?P<version>[\d.]+)/boards"
    r"(?:/(?P<board>[^/]+)(?:/(?P<part>acl|labels|undo_delete|stacks)"
    r"(?:/(?P<archived>archived)|/(?P<stack>\d+)(?P<cards>/cards(?:/(?P<card>\d+)(?:/(?P<verb>[^/]+)(?P<rest>/.+)?)?)?)?)?)?)?"
)
Fields = dict[str, Any]


class Deck:
    def __init__(self, state: DeckState, names: dict[str, str], tree: Tree) -> None:
        self.state = state
        self.views = Views(state, names)
        self.boards = Boards(state, self.views)
        self.cards = Cards(state, self.views)
        self.attachments = Attachments(state, self.views, tree)

    async def answer(self, request: Request, path: str) -> Answer:
        """*path* is below ``/apps/deck``. Raises 405 for what Deck has no route for."""
        found = PATH.fullmatch(path)
        if found is None:
            raise PlainError(405)
        if "if-modified-since" in request.headers:
            raise internal_error()  # a class missing in 1.13.10 (fixed on Deck's main)
        board, stack, card = found["board"], found["stack"], found["card"]
        if board is not None and not board.isdigit():
            raise internal_error()
        if found["verb"] == "attachments":
            return await self.attachments.answer(
                request, int(card), found["version"], found["rest"] or ""
            )
        fields = fields_of(request, await request.body())
        if found["cards"]:
            return self._cards(
                request, int(stack), int(card) if card else None, found["verb"], fields
            )
        if found["part"] == "stacks":
            return self._stacks(
                request,
                int(board),
                int(stack) if stack else None,
                found["archived"],
                fields,
            )
        return self._boards(
            request, int(board) if board else None, found["part"], fields
        )

    def _boards(
        self, request: Request, board: int | None, part: str | None, fields: Fields
    ) -> Answer:
        match request.method, board, part:
            case "GET", None, None:
                return self.boards.index(request)
            case "POST", None, None:
                return self.boards.create(request, fields)
        if board is None:
            raise PlainError(405)
        return self._board(request, board, part, fields)

    def _board(
        self, request: Request, board: int, part: str | None, fields: Fields
    ) -> Answer:
        match request.method, part:
            case "GET", None:
                return self.boards.show(request, board)
            case "PUT", None:
                return self.boards.update(request, board, fields)
            case "DELETE", None:
                return self.boards.delete(request, board)
            case "POST", "labels":
                return self.boards.create_label(request, board, fields)
            case "POST", "acl":
                return self.boards.add_acl(request, board, fields)
            case "POST", "undo_delete":
                self.state.board(
                    board, request.user
                )  # a deleted board is refused: so is its undoing (recorded)
        raise PlainError(405)

    def _stacks(
        self,
        request: Request,
        board: int,
        stack: int | None,
        archived: str | None,
        fields: Fields,
    ) -> Answer:
        match request.method, stack:
            case "GET", None:
                return self.boards.stacks(request, board, archived=archived is not None)
            case "POST", None:
                return self.boards.create_stack(request, board, fields)
            case "GET", int():
                return self.boards.show_stack(request, stack)
            case "DELETE", int():
                return self.boards.delete_stack(request, stack)
        raise PlainError(405)

    def _cards(
        self,
        request: Request,
        stack: int,
        card: int | None,
        verb: str | None,
        fields: Fields,
    ) -> Answer:
        if card is not None and verb is not None:
            return self._card_verbs(request, card, verb, fields)
        match request.method, card:
            case "POST", None:
                return self.cards.create(request, stack, fields)
            case "GET", int():
                return self.cards.show(request, card)
            case "PUT", int():
                return self.cards.update(request, stack, card, fields)
            case "DELETE", int():
                return self.cards.delete(request, card)
        raise PlainError(405)

    def _card_verbs(
        self, request: Request, card: int, verb: str, fields: Fields
    ) -> Answer:
        match request.method, verb:
            case "PUT", "reorder":
                return self.cards.reorder(request, card, fields)
            case "PUT", "assignLabel":
                return self.cards.assign_label(request, card, fields)
            case "PUT", "assignUser":
                return self.cards.assign_user(request, card, fields)
        raise PlainError(405)


def fields_of(request: Request, body: bytes) -> Fields:
    """JSON or a form, and the query; what cannot be read is no field at all, as in PHP."""
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/x-www-form-urlencoded"):
        form = parse_qsl(body.decode(), keep_blank_values=True)
        return {**request.query, **dict(form)}
    try:
        fields = json.loads(body or b"{}")
    except ValueError:
        fields = {}
    return {**request.query, **(fields if isinstance(fields, dict) else {})}
