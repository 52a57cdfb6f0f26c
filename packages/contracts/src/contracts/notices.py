"""Notices: what a Telegram group reads, each exactly once."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)

from contracts.actions import Action
from contracts.dismissals import Dismissal
from contracts.notice_templates import DATA_OF, TemplateData
from contracts.texts import PlainText

MAX_MEDIA = 100
"""How many photos and files one notice may show."""


class NoticeMedia(BaseModel):
    """
    One photo or file of a notice: by Telegram ``file_id``, by storage ``path``, or both; or sent with it in a form.

    ``upload`` names a file of the form by its field or its own name; files that no entry names are shown last. With both a
    ``file_id`` and a ``path`` Telegram gets the ``file_id``, and the file itself once that has expired. ``kind`` and ``name`` are for
    files by ``path`` or ``upload``: without them the name's ending and last part say it. A photo that Telegram does not take as one
    is sent as a document.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    file_id: PlainText | None = Field(default=None, min_length=1, max_length=1000)
    path: PlainText | None = Field(default=None, min_length=1, max_length=4000)
    upload: PlainText | None = Field(default=None, min_length=1, max_length=255)
    kind: Literal["photo", "video", "document"] | None = None
    name: PlainText | None = Field(default=None, min_length=1, max_length=255)

    @model_validator(mode="after")
    def _has_a_source(self) -> Self:
        stored = self.file_id is not None or self.path is not None
        if stored == (self.upload is not None):
            raise ValueError("give file_id, path or both, or else upload")
        return self


class NoticeRequest(BaseModel):
    """
    What shall stand in the group: ``PUT`` again with other words edits the message, never adds one.

    The words are a ``text`` of the caller's, or a ``template`` and its ``data``; ``format`` says how a ``text`` is read.
    They are the caption of the first of ``media`` where they fit (1024 characters), else a message before them. Media
    that a later ``PUT`` adds are sent once, as a further album; what was sent stays. ``group`` is a name of
    ``TELEGRAM_GROUPS``; ``chat_id`` one of its ids.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    group: PlainText | None = None
    chat_id: int | None = None
    template: Action | None = None
    data: TemplateData | None = Field(default=None, validate_default=True)
    text: PlainText | None = Field(
        default=None, min_length=1, max_length=16_384, validate_default=True
    )
    format: Literal["plain", "html"] = "plain"
    media: tuple[NoticeMedia, ...] = Field(default=(), max_length=MAX_MEDIA)
    silent: bool = False
    topic_id: int | None = Field(default=None, ge=1, le=2**31 - 1)

    @field_validator("data", mode="wrap")
    @classmethod
    def _as_the_template_wants(
        cls, given: Any, _: ValidatorFunctionWrapHandler, info: ValidationInfo
    ) -> TemplateData | None:
        template = info.data.get("template")
        if template is not None:
            return DATA_OF[template].model_validate({} if given is None else given)
        if given is not None and "template" in info.data:
            raise ValueError("name the template that these data are for")
        return None

    @field_validator("text")
    @classmethod
    def _text_or_template(cls, text: str | None, info: ValidationInfo) -> str | None:
        if "template" in info.data and (text is None) == (
            info.data["template"] is None
        ):
            raise ValueError("give either text, or template and data")
        return text

    @field_validator("format")
    @classmethod
    def _of_a_text(cls, format_: str, info: ValidationInfo) -> str:
        if format_ == "html" and info.data.get("template") is not None:
            raise ValueError(
                "leave it out: what stands in data is shown as it is, tags too"
            )
        return format_

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if (self.group is None) == (self.chat_id is None):
            raise ValueError("give either group or chat_id")
        return self


class NoticeStatus(StrEnum):
    """``delivered``: the group reads the text, and sees what of its media can be shown. ``failed``: it does not."""

    QUEUED = "queued"
    DELIVERED = "delivered"
    FAILED = "failed"


class MissingMedia(BaseModel):
    """A photo or file of a notice that could not be shown, and that no other try would change by itself."""

    model_config = ConfigDict(frozen=True)
    name: str
    code: str
    detail: str


class Notice(BaseModel):
    """
    A notice and how far it is. ``revision`` counts what it was asked to show, from 1; ``attempts`` the tries that failed
    since it was asked for, changed or retried.

    ``missing`` names what its group does not see; a retry, or the same ``PUT`` again, adds what is there by then.
    ``dismissed`` is set where somebody said that a notice that failed, or lacks something, shall rest.
    """

    model_config = ConfigDict(frozen=True)
    id: str
    status: NoticeStatus
    chat_id: int
    text: str
    revision: int
    message_ids: tuple[int, ...] = ()
    attempts: int = 0
    last_error: str | None = None
    missing: tuple[MissingMedia, ...] = ()
    dismissed: Dismissal | None = None
    created_at: datetime
    delivered_at: datetime | None = None
    edited_at: datetime | None = None
