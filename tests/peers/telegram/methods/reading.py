"""Messages read again, deleted, and callback queries answered."""

from typing import Any

from pyrogram import raw

from tests.peers.telegram.caller import Caller, objects
from tests.peers.telegram.queries import Answer
from tests.peers.telegram.records import Chat, Message
from tests.peers.telegram.refusals import Refused

_MOST_MESSAGES = 200
_MOST_ANSWER = 200


def get_messages(caller: Caller, query: Any) -> Any:
    """Messages of private chats and basic groups, by id alone."""
    found: list[Any] = []
    chats: list[Chat] = []
    for given in objects(query.id)[:_MOST_MESSAGES]:
        seen = _by_id(caller, given)
        found.append(
            raw.types.MessageEmpty(id=given.id)
            if seen is None
            else caller.view.message(seen)
        )
        if seen is not None:
            chats.append(caller.world.chats[seen.chat])
    return raw.types.messages.Messages(
        messages=found, topics=[], **caller.view.people(chats)
    )


def _by_id(caller: Caller, given: Any) -> Message | None:
    try:
        seen = caller.world.message(caller.bot_id, given.id)
        if isinstance(given, raw.types.InputMessageReplyTo):
            return caller.world.message(caller.bot_id, seen.reply_to_id or 0)
    except Refused:
        return None
    return seen


def get_channel_messages(caller: Caller, query: Any) -> Any:
    """Messages of a supergroup."""
    chat = caller.channel(query.channel)
    found = []
    for given in objects(query.id)[:_MOST_MESSAGES]:
        seen = chat.messages.get(given.id)
        if seen is not None and isinstance(given, raw.types.InputMessageReplyTo):
            seen = chat.messages.get(seen.reply_to_id or 0)
        found.append(
            raw.types.MessageEmpty(id=given.id)
            if seen is None
            else caller.view.message(seen)
        )
    return raw.types.messages.ChannelMessages(
        pts=caller.world.box(caller.bot_id, chat).pts,
        count=len(found),
        messages=found,
        topics=[],
        **caller.view.people([chat]),
    )


def delete_messages(caller: Caller, query: Any) -> Any:
    """Delete by id alone; unknown ids are passed over."""
    deleted = 0
    for message_id in query.id:
        try:
            seen = caller.world.message(caller.bot_id, message_id)
        except Refused:
            continue
        deleted += caller.world.delete(caller.world.chats[seen.chat], [message_id])
    return raw.types.messages.AffectedMessages(
        pts=caller.world.box(caller.bot_id).pts, pts_count=deleted
    )


def delete_channel_messages(caller: Caller, query: Any) -> Any:
    """Delete in a supergroup."""
    chat = caller.channel(query.channel)
    deleted = caller.world.delete(chat, query.id)
    return raw.types.messages.AffectedMessages(
        pts=caller.world.box(caller.bot_id, chat).pts, pts_count=deleted
    )


def set_bot_callback_answer(caller: Caller, query: Any) -> Any:
    """Tell the one who pressed a button."""
    if query.message is not None and len(query.message) > _MOST_ANSWER:
        raise Refused(400, "MESSAGE_TOO_LONG")
    caller.server.queries.answer(
        query.query_id, Answer(query.message, bool(query.alert), query.url)
    )
    return True


ANSWERS = {
    raw.functions.messages.GetMessages: get_messages,
    raw.functions.channels.GetMessages: get_channel_messages,
    raw.functions.messages.DeleteMessages: delete_messages,
    raw.functions.channels.DeleteMessages: delete_channel_messages,
    raw.functions.messages.SetBotCallbackAnswer: set_bot_callback_answer,
}
