"""``updates.*``: what a client has missed. Source: core.telegram.org/api/updates."""

import time
from collections.abc import Sequence
from typing import Any

from pyrogram import raw

from tests.peers.telegram.caller import Caller
from tests.peers.telegram.records import Box, Chat, Event

_MOST_EVENTS = 100


def get_state(caller: Caller, query: Any) -> Any:
    """Where the bot's common box stands now."""
    return _state(caller.world.box(caller.bot_id).pts)


def get_difference(caller: Caller, query: Any) -> Any:
    """What came since ``pts``, at most 100 events at a time."""
    box = caller.world.box(caller.bot_id)
    missed = box.since(query.pts)
    presses = caller.server.queries.kept(caller.bot_id)
    if not missed and not presses:
        return raw.types.updates.DifferenceEmpty(date=int(time.time()), seq=0)
    if caller.server.faults.strikes("too long"):
        return raw.types.updates.DifferenceTooLong(pts=box.pts)
    content = _content(caller, missed[:_MOST_EVENTS], presses)
    if len(missed) > _MOST_EVENTS:
        state = _state(missed[_MOST_EVENTS - 1].pts)
        return raw.types.updates.DifferenceSlice(
            new_encrypted_messages=[], intermediate_state=state, **content
        )
    return raw.types.updates.Difference(
        new_encrypted_messages=[], state=_state(box.pts), **content
    )


def get_channel_difference(caller: Caller, query: Any) -> Any:
    """The same for one supergroup."""
    chat = caller.channel(query.channel)
    box = caller.world.box(caller.bot_id, chat)
    missed = box.since(query.pts)
    if not missed:
        return raw.types.updates.ChannelDifferenceEmpty(
            pts=box.pts, final=True, timeout=30
        )
    if caller.server.faults.strikes("too long"):
        return _channel_too_long(caller, chat, box)
    limit = max(1, min(query.limit, _MOST_EVENTS))
    return raw.types.updates.ChannelDifference(
        pts=missed[:limit][-1].pts,
        final=len(missed) <= limit or None,
        timeout=30,
        **_content(caller, missed[:limit]),
    )


def _channel_too_long(caller: Caller, chat: Chat, box: Box) -> Any:
    dialog = raw.types.Dialog(
        peer=raw.types.PeerChannel(channel_id=chat.raw_id),
        top_message=max(chat.messages, default=0),
        read_inbox_max_id=0,
        read_outbox_max_id=0,
        unread_count=0,
        unread_mentions_count=0,
        unread_reactions_count=0,
        unread_poll_votes_count=0,
        notify_settings=raw.types.PeerNotifySettings(),
        pts=box.pts,
    )
    return raw.types.updates.ChannelDifferenceTooLong(
        dialog=dialog, messages=[], final=True, timeout=30, **caller.view.people([chat])
    )


def _content(
    caller: Caller, events: list[Event], presses: Sequence[Any] = ()
) -> dict[str, Any]:
    """New messages as they are now; edits, deletions and *presses* as updates."""
    view, chats = caller.view, [caller.world.chats[event.chat] for event in events]
    fresh = [
        view.message(chat.messages[event.message_ids[0]])
        for event, chat in zip(events, chats, strict=True)
        if event.kind == "new" and not chat.messages[event.message_ids[0]].deleted
    ]
    other = [view.update(event) for event in events if event.kind != "new"]
    chats += [caller.world.private(caller.bot_id, press.user_id) for press in presses]
    return {
        "new_messages": fresh,
        "other_updates": [*other, *presses],
        **view.people(chats),
    }


def _state(pts: int) -> Any:
    return raw.types.updates.State(
        pts=pts, qts=0, date=int(time.time()), seq=0, unread_count=0
    )


ANSWERS = {
    raw.functions.updates.GetState: get_state,
    raw.functions.updates.GetDifference: get_difference,
    raw.functions.updates.GetChannelDifference: get_channel_difference,
}
