"""What a bot says: messages, media, albums, and edits of them."""

from typing import Any

from pyrogram import raw

from tests.peers.telegram import content
from tests.peers.telegram.caller import Caller
from tests.peers.telegram.records import Chat, Event, Message
from tests.peers.telegram.refusals import Refused
from tests.peers.telegram.rendering import file_media, timestamp

_MOST_ALBUM = 10


def send_message(caller: Caller, query: Any) -> Any:
    """A text, with or without buttons."""
    chat = caller.chat(query.peer)
    if repeated := _repeated(caller, chat, query.random_id):
        return _sent(caller, chat, [(query.random_id, repeated, 0)])
    if not query.message.strip():
        raise Refused(400, "MESSAGE_EMPTY")
    message = _post(
        caller,
        chat,
        query,
        text=content.text(query.message, content.MOST_TEXT),
        entities=query.entities or [],
    )
    if chat.kind == "private" and query.reply_markup is None:
        return raw.types.UpdateShortSentMessage(
            id=message.id,
            pts=caller.world.box(caller.bot_id).pts,
            pts_count=1,
            date=timestamp(message.date),
            out=True,
            entities=message.entities or None,
        )
    return _sent(caller, chat, [(query.random_id, message, 1)])


def send_media(caller: Caller, query: Any) -> Any:
    """A photo, a document or a place."""
    chat = caller.chat(query.peer)
    if repeated := _repeated(caller, chat, query.random_id):
        return _sent(caller, chat, [(query.random_id, repeated, 0)])
    message = _post(
        caller,
        chat,
        query,
        text=content.text(query.message, content.MOST_CAPTION),
        entities=query.entities or [],
        **content.media(caller, query.media),
    )
    return _sent(caller, chat, [(query.random_id, message, 1)])


def send_multi_media(caller: Caller, query: Any) -> Any:
    """An album: up to ten messages with one ``grouped_id``."""
    chat = caller.chat(query.peer)
    if len(query.multi_media) > _MOST_ALBUM:
        raise Refused(400, "MULTI_MEDIA_TOO_LONG")
    contents = [
        {
            "text": content.text(single.message, content.MOST_CAPTION),
            **content.media(caller, single.media, index),
        }
        for index, single in enumerate(query.multi_media)
    ]
    grouped_id = caller.world.count("album", 13_000_000_000_000_001)
    sent = []
    for single, parts in zip(query.multi_media, contents, strict=True):
        repeated = _repeated(caller, chat, single.random_id)
        message = repeated or caller.world.post(
            chat,
            caller.bot_id,
            entities=single.entities or [],
            grouped_id=grouped_id,
            silent=bool(query.silent),
            reply_to_id=_reply_to(query),
            **parts,
        )
        caller.world.keep_random_id(message, single.random_id)
        sent.append((single.random_id, message, 0 if repeated else 1))
    return _sent(caller, chat, sent)


def upload_media(caller: Caller, query: Any) -> Any:
    """Turn an upload into a photo or document that can be sent later."""
    uploaded = content.media(caller, query.media)
    if "media" not in uploaded:
        raise Refused(400, "MEDIA_INVALID")
    return file_media(uploaded["media"])


def edit_message(caller: Caller, query: Any) -> Any:
    """Change the text, the buttons or the media of one's own message; buttons not named again vanish."""
    chat = caller.chat(query.peer)
    message = chat.messages.get(query.id)
    if message is None or message.deleted:
        raise Refused(400, "MESSAGE_ID_INVALID")
    if message.sender_id != caller.bot_id:
        raise Refused(403, "MESSAGE_AUTHOR_REQUIRED")
    changes = _changes(caller, message, query)
    if all(
        content.same(getattr(message, name), value) for name, value in changes.items()
    ):
        raise Refused(400, "MESSAGE_NOT_MODIFIED")
    caller.world.edit(message, **changes)
    return caller.view.updates(
        [caller.view.update(caller.world.box(caller.bot_id, chat).events[-1])], [chat]
    )


def _changes(caller: Caller, message: Message, query: Any) -> dict[str, Any]:
    changes: dict[str, Any] = {"markup": content.markup(query.reply_markup)}
    if query.message is not None:
        if not query.message.strip() and message.media is None and query.media is None:
            raise Refused(400, "MESSAGE_EMPTY")
        limit = (
            content.MOST_TEXT
            if message.media is None and query.media is None
            else content.MOST_CAPTION
        )
        changes |= {
            "text": content.text(query.message, limit),
            "entities": query.entities or [],
        }
    if query.media is not None and not isinstance(
        query.media, raw.types.InputMediaWebPage
    ):
        changes |= content.media(caller, query.media)
    return changes


def set_typing(caller: Caller, query: Any) -> Any:
    """Show that the bot is at it."""
    caller.chat(query.peer)
    return True


def _repeated(caller: Caller, chat: Chat, random_id: int) -> Message | None:
    message_id = caller.world.random_ids.get((chat.key, caller.bot_id, random_id))
    if message_id is None:
        return None
    if fault := caller.server.faults.strikes("random id"):
        raise Refused(fault.code, fault.name)
    return chat.messages[message_id]


def _post(caller: Caller, chat: Chat, query: Any, **parts: Any) -> Message:
    message = caller.world.post(
        chat,
        caller.bot_id,
        markup=content.markup(query.reply_markup),
        silent=bool(query.silent),
        reply_to_id=_reply_to(query),
        **parts,
    )
    caller.world.keep_random_id(message, query.random_id)
    return message


def _sent(caller: Caller, chat: Chat, sent: list[tuple[int, Message, int]]) -> Any:
    """``updateMessageID`` for each, then the messages; one that was there before moves no ``pts``."""
    box = caller.world.box(caller.bot_id, chat)
    first = box.pts - sum(count for _, _, count in sent)
    ids = [
        raw.types.UpdateMessageID(id=message.id, random_id=random_id)
        for random_id, message, _ in sent
    ]
    news = []
    for _, message, count in sent:
        first += count
        news.append(
            caller.view.update(
                Event(first, "new", chat.key, (message.id,)), pts_count=count
            )
        )
    return caller.view.updates([*ids, *news], [chat])


def _reply_to(query: Any) -> int | None:
    reply_to_id: int | None = getattr(query.reply_to, "reply_to_msg_id", None)
    return reply_to_id


ANSWERS = {
    raw.functions.messages.SendMessage: send_message,
    raw.functions.messages.SendMedia: send_media,
    raw.functions.messages.SendMultiMedia: send_multi_media,
    raw.functions.messages.UploadMedia: upload_media,
    raw.functions.messages.EditMessage: edit_message,
    raw.functions.messages.SetTyping: set_typing,
}
