"""Boards, stacks and labels."""

import hashlib
from typing import Any

from tests.peers.nextcloud.deck.checks import number, text
from tests.peers.nextcloud.deck.state import Board, DeckState, Stack, etag_of
from tests.peers.nextcloud.deck.views import Json, Views
from tests.peers.nextcloud.errors import DeckError
from tests.peers.nextcloud.wire import Answer, Request, json_answer


class Boards:
    def __init__(self, state: DeckState, views: Views) -> None:
        self.state, self.views = state, views

    # boards

    def index(self, request: Request) -> Answer:
        """Archived and deleted boards are in the list too."""
        self.state.welcome(request.user)
        details = request.query.get("details") == "true"
        boards = [
            board
            for board in self.state.boards.values()
            if request.user in board.members()
        ]
        shown = [
            self.views.board(board, details=details, listed=True) for board in boards
        ]
        etag = hashlib.md5(
            "".join(board["ETag"] for board in shown).encode(), usedforsecurity=False
        ).hexdigest()
        return with_etag(request, shown, etag)

    def create(self, request: Request, fields: dict[str, Any]) -> Answer:
        self.state.welcome(request.user)
        title, color = text(fields, "title", 100), text(fields, "color", 6)
        return json_answer(
            self.views.new_board(self.state.add_board(title, color, request.user))
        )

    def show(self, request: Request, board_id: int) -> Answer:
        board = self.state.board(board_id, request.user)
        return with_etag(request, self.views.board(board), etag_of(board.modified))

    def update(self, request: Request, board_id: int, fields: dict[str, Any]) -> Answer:
        board = self.state.board(board_id, request.user)
        board.title, board.color = text(fields, "title", 100), text(fields, "color", 6)
        board.archived = bool(fields.get("archived"))
        self.state.changed(board)
        return json_answer(self.views.board(board))

    def delete(self, request: Request, board_id: int) -> Answer:
        board = self.state.board(board_id, request.user)
        self.state.changed(board)
        board.deleted = board.modified
        self.state.save(board)
        return json_answer(self.views.board(board))

    def add_acl(
        self, request: Request, board_id: int, fields: dict[str, Any]
    ) -> Answer:
        board = self.state.board(board_id, request.user)
        entry = {
            "id": 1 + sum(len(other.acl) for other in self.state.boards.values()),
            "participant": text(fields, "participant", 64),
            "type": number(fields, "type"),
            "boardId": board.id,
            **{
                name: bool(fields.get(name))
                for name in ("permissionEdit", "permissionShare", "permissionManage")
            },
            "owner": False,
        }
        board.acl.append(entry)
        self.state.changed(board)
        return json_answer(self.views.acl(board)[-1])

    # stacks

    def stacks(
        self, request: Request, board_id: int, *, archived: bool = False
    ) -> Answer:
        board = self.state.board(board_id, request.user)
        view = self.views.archived_card if archived else self.views.card_in_list
        shown = [
            self._stack(stack, view, archived=archived)
            for stack in self.state.stacks_of(board)
        ]
        return json_answer(shown)

    def _stack(self, stack: Stack, view: Any, *, archived: bool) -> Json:
        return self.views.stack(
            stack,
            [view(card) for card in self.state.cards_of(stack, archived=archived)],
        )

    def create_stack(
        self, request: Request, board_id: int, fields: dict[str, Any]
    ) -> Answer:
        title, order = text(fields, "title", 100), number(fields, "order")
        board = writable(self.state.board(board_id, request.user))
        return json_answer(self.views.stack(self.state.add_stack(board, title, order)))

    def show_stack(self, request: Request, stack_id: int) -> Answer:
        stack = self.state.stack(stack_id, request.user)
        shown = self._stack(stack, self.views.card_in_one_stack, archived=False)
        return with_etag(request, shown, etag_of(stack.modified))

    def delete_stack(self, request: Request, stack_id: int) -> Answer:
        stack = self.state.stack(stack_id, request.user)
        board = self.state.boards[stack.board_id]
        self.state.changed(board)
        stack.deleted = board.modified
        self.state.save(stack)
        return json_answer(self.views.stack(stack))

    # labels

    def create_label(
        self, request: Request, board_id: int, fields: dict[str, Any]
    ) -> Answer:
        board = writable(self.state.board(board_id, request.user))
        title, color = text(fields, "title", 100), text(fields, "color", 6)
        if any(label.title == title for label in self.state.labels_of(board)):
            raise DeckError(400, "title must be unique")
        label = self.state.add_label(board, title, color)
        self.state.changed(board)
        return json_answer(self.views.label(label, modified=None))


def writable(board: Board) -> Board:
    if board.archived:
        raise DeckError(500, "Operation not allowed. This board is archived.")
    return board


def with_etag(request: Request, shown: object, etag: str) -> Answer:
    quoted = f'"{etag}"'
    if request.headers.get("if-none-match") == quoted:
        return Answer(
            304,
            {"ETag": quoted, "Cache-Control": "no-cache, no-store, must-revalidate"},
        )
    return json_answer(shown, headers={"ETag": quoted})
