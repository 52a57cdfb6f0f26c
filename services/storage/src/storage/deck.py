"""Nextcloud Deck's REST API: boards, stacks, cards. Source: nextcloud/deck docs/API.md, measured on 1.13.10."""

import json
from typing import Any, TypeVar

from pydantic import TypeAdapter

from storage import ocs
from storage.deck_models import DeckBoard, DeckCard, DeckComment, DeckLabel, DeckStack
from storage.nextcloud import Call, Nextcloud
from storage.ocs import AS_JSON, OCS, SENDS_JSON, OCSAnswer

T = TypeVar("T")

_API = "/index.php/apps/deck/api/v1.0"
_OCS_API = "/ocs/v2.php/apps/deck/api/v1.0"
_BOARD_COLOUR = "0082c9"
_LABEL_COLOUR = "31cc7c"
_COMMENTS_MAX = 200

_BOARDS = TypeAdapter(list[DeckBoard])
_BOARD = TypeAdapter(DeckBoard)
_STACK = TypeAdapter(DeckStack)
_LABEL = TypeAdapter(DeckLabel)
_CARD = TypeAdapter(DeckCard)
_CARDS = TypeAdapter(OCSAnswer[list[DeckCard]])
_COMMENTS = TypeAdapter(OCSAnswer[list[DeckComment]])
_ANYTHING = TypeAdapter(Any)


class DeckClient:
    """What creates is sent once: Deck's 500 may have written, so its caller looks before another try."""

    def __init__(self, nextcloud: Nextcloud) -> None:
        self._nextcloud = nextcloud

    def card_url(self, card_id: int) -> str:
        """Give the address at which a person sees the card, on whichever board it is by then."""
        return f"{self._nextcloud.base_url}/index.php/apps/deck/card/{card_id}"

    async def boards(self) -> list[DeckBoard]:
        """List all boards, archived and deleted ones too."""
        return await self._call(_BOARDS, "GET", "/boards")

    async def board(self, board_id: int) -> DeckBoard:
        """Give one board with its stacks; listing the stacks would bring all cards along."""
        return await self._call(_BOARD, "GET", f"/boards/{board_id}")

    async def create_board(self, title: str) -> DeckBoard:
        sent = {"title": title, "color": _BOARD_COLOUR}
        return await self._call(_BOARD, "POST", "/boards", sent)

    async def stack(self, board_id: int, stack_id: int) -> DeckStack:
        """Give one stack, a deleted one too."""
        return await self._call(_STACK, "GET", f"/boards/{board_id}/stacks/{stack_id}")

    async def create_stack(self, board_id: int, title: str, order: int) -> DeckStack:
        sent = {"title": title, "order": order}
        return await self._call(_STACK, "POST", f"/boards/{board_id}/stacks", sent)

    async def create_label(self, board_id: int, title: str) -> DeckLabel:
        sent = {"title": title, "color": _LABEL_COLOUR}
        return await self._call(_LABEL, "POST", f"/boards/{board_id}/labels", sent)

    async def card(self, board_id: int, stack_id: int, card_id: int) -> DeckCard:
        """
        Give one card, wherever it is by now: Deck ignores the board and the stack (measured).

        Raises:
            Forbidden: It is deleted, or was never there.
        """
        path = f"/boards/{board_id}/stacks/{stack_id}/cards/{card_id}"
        return await self._call(_CARD, "GET", path)

    async def create_card(
        self, board_id: int, stack_id: int, sent: dict[str, Any]
    ) -> DeckCard:
        """
        Make one card.

        Args:
            board_id: Of the stack.
            stack_id: Where it goes.
            sent: ``title`` (1 to 255 characters), ``description``, ``duedate`` in UTC.
        """
        path = f"/boards/{board_id}/stacks/{stack_id}/cards"
        body = {"type": "plain", "order": 999, **sent}
        return await self._call(_CARD, "POST", path, body)

    async def update_card(
        self, board_id: int, card: DeckCard, changed: dict[str, Any]
    ) -> DeckCard:
        """
        Change some of *card*'s fields; all others are sent along, as Deck wipes what is left out.

        But for ``archived``, which Deck keeps, and to which it answers 500 on a card that is archived.
        """
        kept = {
            "title": card.title,
            "type": card.type,
            "owner": card.owner,
            "order": card.order,
            "description": card.description,
            "duedate": card.duedate,
            **({"done": card.done} if card.done else {}),
        }
        return await self._call(
            _CARD, "PUT", _path(board_id, card), {**kept, **changed}
        )

    async def move_card(self, board_id: int, card: DeckCard, stack_id: int) -> None:
        """Put *card* on top of another stack."""
        sent = {"order": 0, "stackId": stack_id}
        await self._call(_ANYTHING, "PUT", f"{_path(board_id, card)}/reorder", sent)

    async def assign_label(self, board_id: int, card: DeckCard, label_id: int) -> None:
        """Label *card*; a label that it has already would be stored twice."""
        path = f"{_path(board_id, card)}/assignLabel"
        await self._call(_ANYTHING, "PUT", path, {"labelId": label_id}, once=True)

    async def assign_user(self, board_id: int, card: DeckCard, user: str) -> None:
        """
        Give *card* to somebody.

        Raises:
            Rejected: The user is not on the board, or has the card already.
        """
        path = f"{_path(board_id, card)}/assignUser"
        await self._call(_ANYTHING, "PUT", path, {"userId": user}, once=True)

    async def search(self, phrase: str) -> list[DeckCard]:
        """Find the living cards, archived ones too, whose description contains *phrase*, whatever its case."""
        return await self._ocs(_CARDS, "/search", {"term": f'description:"{phrase}"'})

    async def comments(self, card_id: int) -> list[DeckComment]:
        """List the newest comments of a card."""
        asked = {"limit": str(_COMMENTS_MAX), "offset": "0"}
        return await self._ocs(_COMMENTS, f"/cards/{card_id}/comments", asked)

    async def comment(self, card_id: int, message: str) -> None:
        """Write one comment of at most 1,000 characters."""
        path = f"{_OCS_API}/cards/{card_id}/comments"
        content = json.dumps({"message": message}).encode()
        call = Call("POST", path, SENDS_JSON, AS_JSON, content=content, once=True)
        await self._nextcloud.send(call)

    async def _call(
        self,
        kind: TypeAdapter[T],
        method: str,
        path: str,
        sent: dict[str, Any] | None = None,
        *,
        once: bool = False,
    ) -> T:
        content = json.dumps(sent).encode() if sent else None
        once = once or method == "POST"
        call = Call(method, _API + path, SENDS_JSON, content=content, once=once)
        response = await self._nextcloud.send(call)
        return ocs.read(kind, response.content, path)

    async def _ocs(
        self, kind: TypeAdapter[OCSAnswer[T]], path: str, asked: dict[str, str]
    ) -> T:
        call = Call("GET", _OCS_API + path, OCS, {**asked, **AS_JSON})
        response = await self._nextcloud.send(call)
        return ocs.read(kind, response.content, path).data


def _path(board_id: int, card: DeckCard) -> str:
    return f"/boards/{board_id}/stacks/{card.stack_id}/cards/{card.id}"
