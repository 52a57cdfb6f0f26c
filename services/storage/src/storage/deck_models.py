"""What Deck's answers hold of what we use."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def _uid(owner: Any) -> Any:
    """A card's owner is a name in some answers and an object in others."""
    return owner.get("uid") if isinstance(owner, dict) else owner


class _DeckModel(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True)


class DeckLabel(_DeckModel):
    id: int
    title: str


class DeckStack(_DeckModel):
    """What people call a list or a column."""

    id: int
    title: str
    deleted_at: int = Field(default=0, alias="deletedAt")


class DeckBoard(_DeckModel):
    """
    ``deleted_at`` is 0 while the board lives: lists contain deleted and archived ones as well.

    ``stacks`` are only there where one board was asked for.
    """

    id: int
    title: str
    archived: bool = False
    deleted_at: int = Field(default=0, alias="deletedAt")
    labels: tuple[DeckLabel, ...] = ()
    stacks: tuple[DeckStack, ...] = ()


class DeckAssignment(_DeckModel):
    participant: Annotated[str, BeforeValidator(_uid)]


class DeckComment(_DeckModel):
    message: str


class DeckCard(_DeckModel):
    """``board_id`` and ``related_board`` are only there where a card was searched for."""

    id: int
    title: str
    description: str = ""
    stack_id: int = Field(alias="stackId")
    type: str = "plain"
    order: int = 999
    owner: Annotated[str, BeforeValidator(_uid)]
    duedate: str | None = None
    done: str | None = None
    archived: bool = False
    deleted_at: int = Field(default=0, alias="deletedAt")
    created_at: int = Field(default=0, alias="createdAt")
    board_id: int | None = Field(default=None, alias="boardId")
    related_board: DeckBoard | None = Field(default=None, alias="relatedBoard")
    labels: tuple[DeckLabel, ...] | None = None
    assigned: tuple[DeckAssignment, ...] | None = Field(
        default=None, alias="assignedUsers"
    )

    @property
    def is_on_archived_board(self) -> bool:
        """Whether Deck refuses every change, with a 500 that does not pass."""
        return self.related_board is not None and self.related_board.archived
