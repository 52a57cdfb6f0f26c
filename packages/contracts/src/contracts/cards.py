"""Deck cards: one per reference."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from contracts.texts import PlainText
from contracts.times import CalendarTime

Label = Annotated[PlainText, Field(min_length=1, max_length=100)]
UserId = Annotated[PlainText, Field(min_length=1, max_length=64)]
StoragePath = Annotated[str, Field(max_length=4000)]
MAX_DESCRIPTION = 100_000
"""Characters of a card's."""
MAX_NAMED = 100
"""Labels, people or attachments of one: each costs Nextcloud a request, and a label is there for the whole board."""


class CardRequest(BaseModel):
    """
    What a card shall say. ``None`` and absent leave an existing card's field as it is.

    ``attachments`` are storage paths, shown as links in the description's end.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    column: PlainText = Field(min_length=1, max_length=100)
    title: PlainText = Field(min_length=1, max_length=255)
    description: PlainText | None = Field(default=None, max_length=MAX_DESCRIPTION)
    due_at: CalendarTime | None = None
    labels: tuple[Label, ...] | None = Field(default=None, max_length=MAX_NAMED)
    assignees: tuple[UserId, ...] | None = Field(default=None, max_length=MAX_NAMED)
    attachments: tuple[StoragePath, ...] = Field(default=(), max_length=MAX_NAMED)
    comment: PlainText | None = Field(default=None, max_length=1000)


class Card(BaseModel):
    model_config = ConfigDict(frozen=True)
    reference: str
    card_id: int
    board_id: int
    column: str
    title: str
    url: str
    created: bool
    due_at: datetime | None = None
