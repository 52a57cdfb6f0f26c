"""
The sequence of updates: nothing skipped, nothing handled twice in one run, all of it kept up to what was handled.

Source: core.telegram.org/api/updates ("Message-related event sequences", "Recovering gaps").
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from pyrogram import raw, utils
from pyrogram.storage import UpdateState

from chassis.telegram.ledger import Entry, UpdateLedger
from chassis.telegram.messages import Arrival, Gap
from chassis.telegram.parsing import Users, arrival, incoming
from contracts.errors import Forbidden, NotFound

logger = logging.getLogger(__name__)

ACCOUNT = 0
"""The sequence of private chats, basic groups and presses; each channel has its own, named by its chat id."""
MESSAGES = 1
"""Not Telegram's: its ``pts`` is the newest message id of the account's own sequence. Private chats and basic groups share one series of ids."""
CHANNEL_LIMIT = 100
IDS_AT_ONCE = 100
MOST_IDS = 2000
"""How many message ids are asked for when Telegram no longer holds the updates themselves."""

Call = Callable[[Any], Awaitable[Any]]
Deliver = Callable[[Arrival, Entry], None]


class UpdateFeed:
    """
    Turns what the server pushes, and what it says was missed, into arrivals in the right order.

    Not safe for concurrent use: one task calls it.

    Args:
        call: Asks the server.
        input_channel: Resolves a channel's chat id for a call.
        deliver: Takes each arrival with the entry to settle once it is handled.
        ledger: Where received and handled positions are kept apart.
    """

    def __init__(
        self,
        call: Call,
        input_channel: Callable[[int], Awaitable[Any]],
        deliver: Deliver,
        ledger: UpdateLedger,
    ) -> None:
        self._call = call
        self._input_channel = input_channel
        self._deliver = deliver
        self._ledger = ledger
        self._received: dict[int, UpdateState] = {}
        self._newest_id = 0
        self._looked_up: set[int] = set()

    async def begin(self, kept: list[UpdateState]) -> None:
        """
        Start from the positions *kept* of an earlier run, and fetch what was missed since; from now, without any.

        Raises:
            ServiceError: The server does not answer; what was received so far stands, `catch_up` goes on from there.
        """
        for position in kept:
            if position.id == MESSAGES:
                self._newest_id = max(self._newest_id, position.pts or 0)
                continue
            self._received.setdefault(position.id, position)
        now = await self._call(raw.functions.updates.GetState())
        ours = self._received.get(ACCOUNT)
        if ours is None or (ours.pts or 0) > now.pts:
            self._move(UpdateState(ACCOUNT, now.pts, now.qts, now.date, now.seq))
        await self.catch_up()

    async def catch_up(self) -> None:
        """Fetch what is missing, of every sequence."""
        for sequence in tuple(self._received):
            await self._recover(sequence)

    async def take(self, updates: Any) -> None:
        """Take one container as it was pushed, or as it came with an answer; before `begin` none counts."""
        if ACCOUNT not in self._received:
            return
        if isinstance(updates, raw.types.UpdateShortSentMessage):
            await self._take_each([updates], {})
        elif isinstance(updates, raw.types.UpdateShort):
            await self._take_each([updates.update], {})
        elif isinstance(updates, raw.types.Updates | raw.types.UpdatesCombined):
            if self._misses_containers(updates):
                await self._recover(ACCOUNT)
                return
            await self._take_each(updates.updates, {u.id: u for u in updates.users})
            ours = self._received[ACCOUNT]
            self._move(replace(ours, date=updates.date, seq=updates.seq or ours.seq))
        else:  # too long, or in a short form without its users
            await self._recover(ACCOUNT)

    def _misses_containers(self, updates: Any) -> bool:
        ours = self._received[ACCOUNT]
        first = getattr(updates, "seq_start", updates.seq)
        return bool(first and ours.seq and first > ours.seq + 1)

    async def _take_each(self, updates: list[Any], users: Users) -> None:
        for update in updates:
            if await self._is_next(update):
                message = getattr(update, "message", None)
                self._enter(_sequence(update), arrival(update, users), message)

    async def _is_next(self, update: Any) -> bool:
        """Whether *update* is the next of its sequence; a gap before it is filled, and the update with it."""
        sequence = _sequence(update)
        pts, count = getattr(update, "pts", None), getattr(update, "pts_count", None)
        ours = self._received.setdefault(
            sequence,
            UpdateState(sequence, pts and pts - (count or 0), None, None, None),
        )
        if isinstance(update, raw.types.UpdateChannelTooLong):
            await self._recover(sequence)
            return False
        if pts is None or count is None or ours.pts is None:
            return True
        if ours.pts + count < pts:
            await self._recover(sequence)
            return False
        if ours.pts + count == pts:
            self._received[sequence] = replace(ours, pts=pts)
        return bool(ours.pts + count == pts)

    def _enter(self, sequence: int, arrived: Arrival | None, message: Any) -> None:
        positions = [self._received[sequence]]
        if sequence == ACCOUNT and isinstance(message, raw.types.Message):
            self._newest_id = max(self._newest_id, message.id)
            positions.append(UpdateState(MESSAGES, self._newest_id, None, None, None))
            if message.id in self._looked_up and not message.edit_date:
                arrived = None
        entry = self._ledger.enter(*positions)
        if arrived is None:
            entry.settle()
        else:
            self._deliver(arrived, entry)

    def _move(self, position: UpdateState) -> None:
        self._received[position.id] = position
        self._ledger.enter(position).settle()

    async def _recover(self, sequence: int) -> None:
        ended = False
        while not ended:
            ours = self._received[sequence]
            if sequence == ACCOUNT:
                ended = await self._recover_account(ours)
            elif ours.pts is not None:
                ended = await self._recover_channel(ours, ours.pts)
            else:
                return

    async def _recover_account(self, ours: UpdateState) -> bool:
        """Fetch one slice of what the account missed; whether it was the last."""
        missed = await self._call(
            raw.functions.updates.GetDifference(
                pts=ours.pts or 1, date=ours.date or 1, qts=ours.qts or 0
            )
        )
        if isinstance(missed, raw.types.updates.DifferenceEmpty):
            self._move(replace(ours, date=missed.date, seq=missed.seq))
            return True
        if isinstance(missed, raw.types.updates.DifferenceTooLong):
            logger.error("Telegram no longer holds all that was missed")
            await self._look_up_missed()
            self._move(replace(ours, pts=missed.pts))
            return False
        await self._take_missed(ACCOUNT, missed)
        is_last = isinstance(missed, raw.types.updates.Difference)
        now = missed.state if is_last else missed.intermediate_state
        self._move(UpdateState(ACCOUNT, now.pts, now.qts, now.date, now.seq))
        return is_last or now.pts == ours.pts

    async def _look_up_missed(self) -> None:
        """Ask for messages by their ids, from the newest known on, up to where there are none; a `Gap` where that is not sure to be all."""
        first = self._newest_id + 1
        for ids_from in range(first, first + MOST_IDS if first > 1 else 0, IDS_AT_ONCE):
            wanted: list[Any] = [
                raw.types.InputMessageID(id=ids_from + place)
                for place in range(IDS_AT_ONCE)
            ]
            answer = await self._call(raw.functions.messages.GetMessages(id=wanted))
            found = [m for m in answer.messages if isinstance(m, raw.types.Message)]
            self._enter_messages(ACCOUNT, found, answer.users)
            self._looked_up.update(message.id for message in found)
            if not found:
                return
        self._enter(ACCOUNT, Gap(), None)

    async def _recover_channel(self, ours: UpdateState, pts: int) -> bool:
        """Fetch one slice of what a channel missed; whether it was the last."""
        try:
            missed = await self._call(
                raw.functions.updates.GetChannelDifference(
                    channel=await self._input_channel(ours.id),
                    filter=raw.types.ChannelMessagesFilterEmpty(),
                    pts=pts,
                    limit=CHANNEL_LIMIT,
                )
            )
        except (NotFound, Forbidden) as error:
            logger.info("channel left: %s", error.detail, extra={"chat_id": ours.id})
            return True
        if isinstance(missed, raw.types.updates.ChannelDifferenceTooLong):
            logger.error(
                "Telegram no longer holds all that was missed",
                extra={"chat_id": ours.id},
            )
            self._enter_messages(ours.id, missed.messages, missed.users)
            self._move(replace(ours, pts=getattr(missed.dialog, "pts", pts)))
            return bool(missed.final)
        if isinstance(missed, raw.types.updates.ChannelDifference):
            await self._take_missed(ours.id, missed)
        self._move(replace(ours, pts=missed.pts))
        return bool(missed.final) or missed.pts == pts

    async def _take_missed(self, sequence: int, missed: Any) -> None:
        self._enter_messages(sequence, missed.new_messages, missed.users)
        users = {user.id: user for user in missed.users}
        for update in missed.other_updates:
            if _sequence(update) == sequence:
                message = getattr(update, "message", None)
                self._enter(sequence, arrival(update, users), message)
            else:
                await self._take_each([update], users)

    def _enter_messages(
        self, sequence: int, messages: list[Any], users: list[Any]
    ) -> None:
        by_id = {user.id: user for user in users}
        for message in messages:
            self._enter(sequence, incoming(message, by_id), message)


def _sequence(update: Any) -> int:
    """Name the sequence that *update* belongs to."""
    peer = getattr(getattr(update, "message", None), "peer_id", None)
    channel_id = getattr(peer, "channel_id", getattr(update, "channel_id", None))
    return utils.get_channel_id(channel_id) if channel_id else ACCOUNT
