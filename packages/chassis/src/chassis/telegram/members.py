"""Who belongs to a group, asked of Telegram and remembered for a while."""

import logging
import time
from typing import Any

from pyrogram import raw, utils

from chassis.telegram.client import MTProtoClient
from contracts.errors import NotFound, Rejected

logger = logging.getLogger(__name__)

REMEMBERED_S = 60.0
STRANGER_REMEMBERED_S = 3.0
"""Whoever was refused asks to be added and writes again: he must not be turned away by what was true before."""
REMEMBERED_MAX = 1000
_ABSENT = (raw.types.ChannelParticipantLeft, raw.types.ChannelParticipantBanned)


class Members:
    """Answers whether a user is in a basic group or a supergroup."""

    def __init__(self) -> None:
        self._remembered: dict[tuple[int, int], tuple[bool, float]] = {}
        self._grown: set[int] = set()
        """Groups of which the log has said that they are supergroups now."""

    async def is_member(
        self, client: MTProtoClient, chat_id: int, user_id: int
    ) -> bool:
        """
        Ask whether *user_id* belongs to *chat_id*.

        Raises:
            ServiceError: Telegram does not answer, or the bot may not know.
        """
        known, until = self._remembered.get((chat_id, user_id), (False, 0.0))
        if time.monotonic() < until:
            return known
        if utils.get_peer_type(chat_id) == "chat":
            known = await self._in_basic_group(client, chat_id, user_id)
        else:
            channel = await client.channel(chat_id)
            known = await _in_supergroup(client, channel, user_id)
        self._remember(chat_id, user_id, is_in=known)
        return known

    async def _in_basic_group(
        self, client: MTProtoClient, chat_id: int, user_id: int
    ) -> bool:
        """A group that has grown is asked as what it became. Source: core.telegram.org/constructor/chat, ``migrated_to``."""
        answer = await client.call(raw.functions.messages.GetFullChat(chat_id=-chat_id))
        for chat in answer.chats:
            grown: Any = getattr(chat, "migrated_to", None)
            if chat.id == -chat_id and grown is not None:
                self._tell_grown(chat_id, utils.get_channel_id(grown.channel_id))
                return await _in_supergroup(client, grown, user_id)
        members: Any = answer.full_chat.participants
        if isinstance(members, raw.types.ChatParticipants):
            return any(member.user_id == user_id for member in members.participants)
        return False

    def _tell_grown(self, chat_id: int, now_id: int) -> None:
        """Say it once: each lookup would."""
        if chat_id not in self._grown:
            self._grown.add(chat_id)
            logger.warning(
                "group %d is a supergroup now: its id is %d", chat_id, now_id
            )

    def _remember(self, chat_id: int, user_id: int, *, is_in: bool) -> None:
        now = time.monotonic()
        if len(self._remembered) >= REMEMBERED_MAX:
            fresh = {k: v for k, v in self._remembered.items() if v[1] > now}
            self._remembered = fresh
        remembered_s = REMEMBERED_S if is_in else STRANGER_REMEMBERED_S
        self._remembered[chat_id, user_id] = (is_in, now + remembered_s)


async def _in_supergroup(
    client: MTProtoClient, channel: raw.types.InputChannel, user_id: int
) -> bool:
    try:
        answer = await client.call(
            raw.functions.channels.GetParticipant(
                channel=channel,
                participant=await client.peer(user_id),
            )
        )
    except (NotFound, Rejected) as error:
        if error.code in {
            "user_not_participant",
            "participant_id_invalid",
            "user_id_invalid",
            "peer_id_invalid",
        }:
            return False
        raise
    return not isinstance(answer.participant, _ABSENT)
