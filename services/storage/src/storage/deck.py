"""Nextcloud Deck's REST API: boards, stacks, cards. Source: nextcloud/deck docs/API.md, measured on 1.13.10."""

from typing import Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
)

from contracts.errors import Unavailable
from storage.nextcloud import OCS, Call, Nextcloud

T = TypeVar("T")

_API = "/index.php/apps/deck/api/v1.0"
_SEARCH = "/ocs/v2.php/apps/deck/api/v1.0/search"
_COLOUR = "0082c9"


def _uid(owner: Any) -> Any:
    """A card's owner is a name in some answers and an object in others."""
    return owner.get("uid") if isinstance(owner, dict) else owner


class _DeckModel(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True)


class DeckLabel(_DeckModel):
    id: int
    title: str


class DeckStack(_DeckModel):
    id: int
    title: str
    deleted_at: int = Field(default=0, alias="deletedAt")


class DeckBoard(_DeckModel):
    """``deleted_at`` is 0 while the board lives: lists contain deleted and archived ones as well."""

    id: int
    title: str
    archived: bool = False
    deleted_at: int = Field(default=0, alias="deletedAt")
    labels: tuple[DeckLabel, ...] = ()


class DeckCard(_DeckModel):
    id: int
    title: str
    description: str = ""
    stack_id: int = Field(alias="stackId")
    type: str = "plain"
    order: int = 999
    owner: Annotated[str, BeforeValidator(_uid)]
    duedate: str | None = None
    archived: bool = False
    deleted_at: int = Field(default=0, alias="deletedAt")
    board_id: int | None = Field(default=None, alias="boardId")
    labels: tuple[DeckLabel, ...] | None = None


_BOARDS = TypeAdapter(list[DeckBoard])
_STACKS = TypeAdapter(list[DeckStack])
_STACK = TypeAdapter(DeckStack)
_BOARD = TypeAdapter(DeckBoard)
_CARD = TypeAdapter(DeckCard)
_CARDS = TypeAdapter(list[DeckCard])


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

    async def create_board(self, title: str) -> DeckBoard:
        sent = {"title": title, "color": _COLOUR}
        return await self._call(_BOARD, "POST", "/boards", sent)

    async def stacks(self, board_id: int) -> list[DeckStack]:
        return await self._call(_STACKS, "GET", f"/boards/{board_id}/stacks")

    async def create_stack(self, board_id: int, title: str, order: int) -> DeckStack:
        sent = {"title": title, "order": order}
        return await self._call(_STACK, "POST", f"/boards/{board_id}/stacks", sent)

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

    async def card(self, board_id: int, stack_id: int, card_id: int) -> DeckCard:
        path = f"/boards/{board_id}/stacks/{stack_id}/cards/{card_id}"
        return await self._call(_CARD, "GET", path)

    async def update_card(
        self, board_id: int, card: DeckCard, changed: dict[str, Any]
    ) -> DeckCard:
        """Change some of *card*'s fields; all others are sent along, as Deck wipes what is left out."""
        path = f"/boards/{board_id}/stacks/{card.stack_id}/cards/{card.id}"
        kept = {
            "title": card.title,
            "type": card.type,
            "owner": card.owner,
            "order": card.order,
            "description": card.description,
            "duedate": card.duedate,
            "archived": card.archived,
        }
        return await self._call(_CARD, "PUT", path, {**kept, **changed})

    async def search(self, phrase: str) -> list[DeckCard]:
        """Find the living cards, archived ones too, whose description contains *phrase*, whatever its case."""
        params = {"term": f'description:"{phrase}"', "format": "json"}
        response = await self._nextcloud.send(Call("GET", _SEARCH, OCS, params))
        try:
            found = response.json()["ocs"]["data"]
        except (ValueError, KeyError, TypeError) as error:
            raise _unreadable("search") from error
        return _parsed(_CARDS, found, "search")

    async def _call(
        self,
        kind: TypeAdapter[T],
        method: str,
        path: str,
        sent: dict[str, Any] | None = None,
    ) -> T:
        content = TypeAdapter(dict[str, Any]).dump_json(sent) if sent else None
        headers = {**OCS, "Content-Type": "application/json"}
        call = Call(
            method, _API + path, headers, content=content, once=method == "POST"
        )
        response = await self._nextcloud.send(call)
        try:
            return kind.validate_json(response.content)
        except ValidationError as error:
            raise _unreadable(path) from error


def _parsed(kind: TypeAdapter[T], found: Any, what: str) -> T:
    try:
        return kind.validate_python(found)
    except ValidationError as error:
        raise _unreadable(what) from error


def _unreadable(what: str) -> Unavailable:
    return Unavailable(
        f"Deck's answer to {what} is not what its API says; is the Deck app enabled in Nextcloud?",
        code="deck_unreadable",
    )
