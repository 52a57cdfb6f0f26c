"""Messages that a workflow sends through the bot."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from contracts.texts import PlainText
from contracts.wording import LONGEST, units

_MAX_DATA_BYTES = 64
_LARGEST_ID = 2**52
"""Source: core.telegram.org/bots/api#chat, "at most 52 significant bits"."""
_MAX_BUTTONS = 100
"""More are REPLY_MARKUP_TOO_LONG to Telegram, and a MiB of them ended the bot's connection, with each try. Source: tginfo/Telegram-Limits#228."""


def _fits(payload: str) -> str:
    if len(payload.encode()) > _MAX_DATA_BYTES:
        raise ValueError(f"at most {_MAX_DATA_BYTES} bytes of UTF-8")
    return payload


def _readable(text: str) -> str:
    """Before a key stands for it: what Telegram refuses would have used it up."""
    if not text.strip():
        raise ValueError("write what shall be read")
    if units(text) > LONGEST:
        raise ValueError(
            f"at most {LONGEST} characters, of which an emoji is two or more"
        )
    return text


class MessageButton(BaseModel):
    """
    A button under a message. Its press is told to ``WEBHOOK_URLS`` as ``button.pressed``; but for ``data`` ``fin``, ``sav``
    and ``materiel`` under a message to a person, which begin a report.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    label: PlainText = Field(min_length=1, max_length=100)
    data: Annotated[PlainText, Field(min_length=1), AfterValidator(_fits)]


Rows = tuple[Annotated[tuple[MessageButton, ...], Field(max_length=_MAX_BUTTONS)], ...]


def _few(rows: Rows) -> Rows:
    if sum(len(row) for row in rows) > _MAX_BUTTONS:
        raise ValueError(f"at most {_MAX_BUTTONS} buttons in all")
    return rows


class MessageRequest(BaseModel):
    """A text for one chat: a configured group, or a person whom the bot knows. ``buttons`` are rows."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    chat_id: int = Field(ge=-_LARGEST_ID, le=_LARGEST_ID)
    text: Annotated[PlainText, AfterValidator(_readable)] = Field(
        min_length=1, max_length=LONGEST
    )
    buttons: Annotated[Rows, AfterValidator(_few)] = Field(
        default=(), max_length=_MAX_BUTTONS
    )


class PressedButton(BaseModel):
    """Who pressed which button under which message; ``name`` is as he calls himself in Telegram."""

    model_config = ConfigDict(frozen=True)
    chat_id: int
    message_id: int
    data: str
    user_id: int
    name: str


class SentMessage(BaseModel):
    """``message_id`` is ``null`` where Telegram has the message and does not tell its id."""

    model_config = ConfigDict(frozen=True)
    chat_id: int
    message_id: int | None
