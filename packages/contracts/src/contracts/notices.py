"""Notices: what a Telegram group reads, each exactly once."""

from datetime import datetime
from enum import StrEnum
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class NoticeMedia(BaseModel):
    """One photo or file of a notice: by Telegram ``file_id`` or by storage ``path``."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    file_id: str | None = None
    path: str | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.file_id is None) == (self.path is None):
            raise ValueError("give either file_id or path")
        return self


class NoticeRequest(BaseModel):
    """
    What shall stand in the group: ``PUT`` again with another text edits the message, never adds one.

    ``group`` is a name of ``TELEGRAM_GROUPS``; ``chat_id`` one of its ids. ``format`` says how ``text`` is read.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    group: str | None = None
    chat_id: int | None = None
    text: str = Field(min_length=1, max_length=16_384)
    format: Literal["plain", "html"] = "plain"
    media: tuple[NoticeMedia, ...] = Field(default=(), max_length=100)
    silent: bool = False
    topic_id: int | None = None

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if (self.group is None) == (self.chat_id is None):
            raise ValueError("give either group or chat_id")
        return self


class NoticeStatus(StrEnum):
    QUEUED = "queued"
    DELIVERED = "delivered"
    FAILED = "failed"


class Notice(BaseModel):
    """A notice and how far it is. ``revision`` counts the texts it was given, from 1."""

    model_config = ConfigDict(frozen=True)
    id: str
    status: NoticeStatus
    chat_id: int
    text: str
    revision: int
    message_ids: tuple[int, ...] = ()
    attempts: int = 0
    last_error: str | None = None
    created_at: datetime
    delivered_at: datetime | None = None
    edited_at: datetime | None = None
