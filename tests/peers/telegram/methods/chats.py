"""Groups and who is in them."""

from typing import Any

from pyrogram import raw

from tests.peers.telegram.caller import Caller
from tests.peers.telegram.records import Chat
from tests.peers.telegram.refusals import Refused
from tests.peers.telegram.rendering import group, timestamp


def get_chats(caller: Caller, query: Any) -> Any:
    """Basic groups by their positive ids."""
    return raw.types.messages.Chats(
        chats=[group(caller.group(chat_id)) for chat_id in query.id]
    )


def get_channels(caller: Caller, query: Any) -> Any:
    """Supergroups."""
    return raw.types.messages.Chats(
        chats=[group(caller.channel(given)) for given in query.id]
    )


def get_full_chat(caller: Caller, query: Any) -> Any:
    """A basic group with its members."""
    chat = caller.group(query.chat_id)
    participants: list[Any] = [
        raw.types.ChatParticipant(
            user_id=member, inviter_id=chat.members[0], date=timestamp(chat.created_at)
        )
        for member in chat.members
    ]
    listed: Any = raw.types.ChatParticipants(
        chat_id=chat.raw_id, participants=participants, version=1
    )
    if chat.became is not None:
        listed = raw.types.ChatParticipantsForbidden(chat_id=chat.raw_id)
    full = raw.types.ChatFull(
        id=chat.raw_id,
        about="",
        participants=listed,
        notify_settings=raw.types.PeerNotifySettings(),
    )
    return raw.types.messages.ChatFull(full_chat=full, **caller.view.people([chat]))


def get_participant(caller: Caller, query: Any) -> Any:
    """One member of a supergroup."""
    chat = caller.channel(query.channel)
    profile = caller.user(query.participant)
    if profile.id not in chat.members:
        raise Refused(400, "USER_NOT_PARTICIPANT")
    member = _member(chat, profile.id)
    return raw.types.channels.ChannelParticipant(
        participant=member, **caller.view.people([chat])
    )


def _member(chat: Chat, user_id: int) -> Any:
    return raw.types.ChannelParticipant(
        user_id=user_id, date=timestamp(chat.created_at)
    )


ANSWERS = {
    raw.functions.messages.GetChats: get_chats,
    raw.functions.channels.GetChannels: get_channels,
    raw.functions.messages.GetFullChat: get_full_chat,
    raw.functions.channels.GetParticipant: get_participant,
}
