"""Looking up messages that Telegram has and has not delivered, or that were sent without an answer."""

from typing import Any

from pyrogram import raw, utils

from chassis.telegram.client import MTProtoClient
from chassis.telegram.messages import IncomingMessage
from chassis.telegram.parsing import incoming
from contracts.errors import NotFound

ALBUM_REACH = 9
"""Photos of one album have ids at most this far apart: an album holds ten."""

SENT_REACH = 100
"""How many ids are looked at for a message that was sent and not named."""


async def message(
    client: MTProtoClient, chat_id: int, message_id: int
) -> IncomingMessage:
    """
    Look one message up.

    Raises:
        NotFound: It is gone, or the bot's own.
    """
    found = await _messages(client, chat_id, [message_id])
    if not found:
        raise NotFound(f"no message {message_id} in chat {chat_id}")
    return found[0]


async def sent_as(
    client: MTProtoClient, chat_id: int, text: str, *, after: int
) -> int | None:
    """Look for the bot's own message *text* among the ids soon after *after*; its id."""
    near = list(range(after + 1, after + 1 + SENT_REACH))
    answer = await client.call(await _get_messages(client, chat_id, near))
    own = (
        message.id
        for message in answer.messages
        if isinstance(message, raw.types.Message)
        and message.out
        and utils.get_peer_id(message.peer_id) == chat_id
        and message.message == text
    )
    return next(own, None)


async def album(
    client: MTProtoClient, chat_id: int, message_id: int, media_group_id: int
) -> tuple[IncomingMessage, ...]:
    """Look up all messages of an album by the id of any one of them, in order; those not yet sent are missing."""
    near = range(max(1, message_id - ALBUM_REACH), message_id + ALBUM_REACH + 1)
    found = await _messages(client, chat_id, list(near))
    return tuple(m for m in found if m.media_group_id == media_group_id)


async def _messages(
    client: MTProtoClient, chat_id: int, ids: list[int]
) -> list[IncomingMessage]:
    answer = await client.call(await _get_messages(client, chat_id, ids))
    users = {user.id: user for user in answer.users}
    read = (incoming(message, users) for message in answer.messages)
    # Outside of channels ids are of the account: a neighbour may stand in another chat.
    return [m for m in read if m is not None and m.chat_id == chat_id]


async def _get_messages(client: MTProtoClient, chat_id: int, ids: list[int]) -> Any:
    wanted: list[Any] = [raw.types.InputMessageID(id=number) for number in ids]
    peer = await client.peer(chat_id)
    if isinstance(peer, raw.types.InputPeerChannel):
        channel = await client.channel(chat_id)
        return raw.functions.channels.GetMessages(channel=channel, id=wanted)
    return raw.functions.messages.GetMessages(id=wanted)
