"""Messages that the bot sends: each exactly once, by a ``random_id`` made from its key."""

import hashlib
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape, unescape
from typing import Any

from pyrogram import raw
from pyrogram.enums import ParseMode
from pyrogram.parser import Parser
from pyrogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from chassis.telegram.client import MTProtoClient
from chassis.telegram.failures import AlreadySent
from chassis.telegram.messages import Buttons
from contracts.errors import Rejected
from contracts.wording import LONGEST, units

_NOT_TO_BE_SENT = (
    AssertionError,
    AttributeError,
    OverflowError,
    TypeError,
    ValueError,
    struct.error,
)
"""With which kurigram, and Python's own parser, meet attributes that are missing or of another kind."""
_MOST = 500
"""Tags, and blanks in a row, of a text in HTML: the time to read it grows with their square."""
_MOST_UNCLOSED = 20
"""Tags without an end, each of which is looked for up to the end of the text."""
_UNCLOSED = re.compile(r"<[a-z/!?][^<>]*(?=<|\Z)", re.IGNORECASE)
_TOO_BLANK = re.compile(rf"\s{{{_MOST + 1}}}")
_TAG_OR_CHARACTER = re.compile(r"(<[a-z/!?][^<>]*>)|&(?:#?\w+;)?", re.IGNORECASE)
_BARE = re.compile(r"&(?!#?\w+;)")


def random_id(key: str) -> int:
    """Make the 63-bit number by which Telegram knows a message that was sent before; the same for the same *key*."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") >> 1


@dataclass(frozen=True)
class Text:
    """A text as it goes out: plain, with what HTML said as entities, which do not count to its length."""

    plain: str
    entities: tuple[Any, ...] = ()

    @property
    def length(self) -> int:
        """In UTF-16 code units, as Telegram counts."""
        return units(self.plain)


async def parsed(text: str, *, is_html: bool) -> Text:
    """
    Read *text*; HTML as Telegram's Bot API knows it.

    Raises:
        Rejected: Nothing is left to show, or more than Telegram takes; or the HTML cannot be sent.
    """
    if is_html:
        _require_quickly_read(text)
        text = _TAG_OR_CHARACTER.sub(_for_kurigram, text)
    mode = ParseMode.HTML if is_html else ParseMode.DISABLED
    try:
        result = await Parser(None).parse(text, mode)
        read = Text(result["message"], tuple(result["entities"] or ()))
        for entity in read.entities:
            entity.write()  # what fails here would fail at each try
    except _NOT_TO_BE_SENT as error:
        raise Rejected(
            "Mend the HTML: a link needs its href, an emoji or a time its number, and nobody is mentioned by id (tg://user).",
            code="bad_html",
        ) from error
    if not read.plain.strip():
        raise Rejected(
            "The text is empty: write what shall be read.", code="text_empty"
        )
    if read.length > LONGEST:
        raise Rejected(
            f"The text has {read.length} characters, and Telegram takes {LONGEST}: shorten it.",
            code="text_too_long",
        )
    return read


def _require_quickly_read(html: str) -> None:
    """16 KB of `<a ` took 2.4 s, in which nothing else was done; what is let through takes 50 ms at most."""
    unclosed = len(_UNCLOSED.findall(html))
    is_full = html.count("<") > _MOST or unclosed > _MOST_UNCLOSED
    if is_full or _TOO_BLANK.search(html):
        raise Rejected(
            f"Simplify the HTML: at most {_MOST} tags, and {_MOST} blanks in a row. Write < as &lt; where it begins no tag.",
            code="bad_html",
        )


def _for_kurigram(found: re.Match[str]) -> str:
    """
    Write a character as it is read once, in place of how *found* names it.

    kurigram reads a text twice (``&amp;lt;`` became ``<``) and counts before that; Python's parser takes ``&times`` out of
    ``&timestamp=``.
    """
    if tag := found[1]:
        return _BARE.sub("&amp;", tag)
    return escape(escape(unescape(found[0]), quote=False), quote=False)


async def send_text(
    client: MTProtoClient,
    chat_id: int,
    text: Text,
    *,
    key: str,
    buttons: Buttons = (),
    silent: bool = False,
    reply_to: int | None = None,
    topic_id: int | None = None,
) -> int | None:
    """Send *text*; its message id, or ``None`` when Telegram had it already and does not say where."""
    number = random_id(key)
    try:
        answer = await client.call(
            raw.functions.messages.SendMessage(
                peer=await client.peer(chat_id),
                message=text.plain,
                entities=list(text.entities) or None,
                random_id=number,
                silent=silent or None,
                no_webpage=True,
                reply_to=reply_header(reply_to, topic_id),
                reply_markup=await _markup(client, buttons),
            )
        )
    except AlreadySent:
        return None
    return message_ids(answer, [number])[0]


async def edit_text(
    client: MTProtoClient,
    chat_id: int,
    message_id: int,
    text: Text,
    *,
    buttons: Buttons = (),
) -> None:
    """Make message *message_id* read *text* and show *buttons*; harmless when it does already."""
    await _edit(
        client,
        chat_id,
        message_id,
        message=text.plain,
        entities=list(text.entities) or None,
        no_webpage=True,
        reply_markup=await _markup(client, buttons),
    )


async def drop_buttons(client: MTProtoClient, chat_id: int, message_id: int) -> None:
    """Leave message *message_id* as it reads, and without buttons."""
    await _edit(client, chat_id, message_id)


async def _edit(
    client: MTProtoClient, chat_id: int, message_id: int, **changes: Any
) -> None:
    peer = await client.peer(chat_id)
    edit = raw.functions.messages.EditMessage(peer=peer, id=message_id, **changes)
    try:
        await client.call(edit)
    except Rejected as error:
        if error.code != "message_not_modified":
            raise


async def answer_press(
    client: MTProtoClient, query_id: int, text: str = "", *, alert: bool = False
) -> None:
    """End the press's spinner, with a word if any; a press too old to be answered is none of our worry."""
    try:
        await client.call(
            raw.functions.messages.SetBotCallbackAnswer(
                query_id=query_id,
                cache_time=0,
                message=text or None,
                alert=alert or None,
            )
        )
    except Rejected as error:
        if error.code != "query_id_invalid":
            raise


def message_ids(answer: Any, numbers: Sequence[int]) -> tuple[int | None, ...]:
    """Read the ids of the messages sent with the ``random_id`` *numbers*, in their order."""
    if isinstance(answer, raw.types.UpdateShortSentMessage):
        return (answer.id,)
    ids = {
        update.random_id: update.id
        for update in answer.updates
        if isinstance(update, raw.types.UpdateMessageID)
    }
    return tuple(ids.get(number) for number in numbers)


def reply_header(message_id: int | None, topic_id: int | None) -> Any:
    """
    Say what a message answers, and in which topic it stands.

    Source: core.telegram.org/api/forum, "Sending messages": a topic's id stands for its first message.
    """
    answered = message_id or topic_id
    if answered is None:
        return None
    return raw.types.InputReplyToMessage(
        reply_to_msg_id=answered, top_msg_id=topic_id if message_id else None
    )


async def _markup(client: MTProtoClient, buttons: Buttons) -> Any:
    if not buttons:
        return None
    rows = [
        [
            InlineKeyboardButton(button.label, callback_data=button.data)
            for button in row
        ]
        for row in buttons
    ]
    return await InlineKeyboardMarkup(rows).write(client)
