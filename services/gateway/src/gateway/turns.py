"""One turn of a conversation: what an update changes and what it is answered, kept together."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis.telegram import ButtonPress
from gateway import (
    chat_states,
    claims,
    menus,
    offers,
    received,
    replies,
    texts,
    typed_names,
)
from gateway.chat_states import ChatState, Step
from gateway.collector import Collector
from gateway.offers import Offer
from gateway.received import Received
from gateway.replies import Reply, ReplySender


@dataclass(frozen=True)
class Turn:
    """
    The state afterwards, and the answer.

    Args:
        state: Of the chat.
        answer: Sent once.
        offer: The chantiers that the answer's buttons stand for.
        notes: What is kept for the report; of a message kept before, its text is replaced.
        typed: The chantier's name, where nobody could say whether there is one of that name.
        word: What the pressed button itself shows for a moment.
        is_over: Whether the buttons of the pressed message mean nothing any more.
    """

    state: ChatState
    answer: tuple[Reply, ...] = ()
    offer: Offer | None = None
    notes: tuple[Received, ...] = ()
    typed: str = ""
    word: str = ""
    is_over: bool = False


class TurnKeeper:
    """Writes turns down, then sends their answers."""

    def __init__(
        self, engine: AsyncEngine, collector: Collector, sender: ReplySender
    ) -> None:
        self._engine = engine
        self._collector = collector
        self._sender = sender

    async def state(self, chat_id: int) -> ChatState:
        async with self._engine.connect() as db:
            return await chat_states.state_of(db, chat_id)

    async def offer(self, token: str | None) -> Offer | None:
        if not token:
            return None
        async with self._engine.connect() as db:
            return await offers.kept(db, token)

    async def is_kept(self, cause: str) -> bool:
        """Whether this update was answered before; what of the answer was not sent is sent now."""
        async with self._engine.connect() as db:
            answered = await replies.is_answered(db, cause)
        if answered:
            await self._sender.send(cause)
        return answered

    async def send_all(self, chat_id: int) -> None:
        """Send what of a chat's answers was not sent."""
        await self._sender.send_all(chat_id)

    async def is_gone(self, press: ButtonPress) -> bool:
        """Whether the pressed button is no longer there."""
        chat_id, message_id = press.chat_id, press.message_id
        async with self._engine.connect() as db:
            shown = await replies.edited_buttons(db, chat_id, message_id)
        return shown is not None and press.data not in shown

    async def keep(self, cause: str, turn: Turn, technician: str, at: datetime) -> None:
        """
        Write a turn down in one transaction; what nobody has claimed goes to a report that can now begin.

        What came lately *at* that time goes at once, of what was left behind by then its technician is asked.
        """
        report_id, answer = None, turn.answer
        async with self._engine.begin() as db:
            await chat_states.keep(db, turn.state)
            if turn.offer is not None:
                await offers.keep(db, turn.offer)
            for note in turn.notes:
                if not await received.add(db, note):
                    changed = {"text": note.text, "report_id": note.report_id}
                    await received.change(db, note, **changed)
            if turn.typed and turn.state.report_id is not None:
                await typed_names.note(db, turn.state.report_id, turn.typed)
            if turn.state.step is Step.COLLECTING:
                report_id = await claims.claim(db, turn.state, technician, at)
                answer += await _about_left_behind(db, turn.state, at)
            await replies.plan(db, turn.state.chat_id, cause, answer)
        try:
            await self._sender.send(cause)
        finally:
            if report_id is not None:
                await self._collector.rest(report_id)

    async def answer(self, chat_id: int, cause: str, reply: Reply) -> None:
        """Answer without changing anything."""
        async with self._engine.begin() as db:
            await replies.plan(db, chat_id, cause, (reply,))
        await self._sender.send(cause)


async def _about_left_behind(
    db: AsyncConnection, state: ChatState, at: datetime
) -> tuple[Reply, ...]:
    """Ask whether what was left behind is of the report that is now begun."""
    rows = await received.unclaimed(db, state.chat_id, received.left_behind(at))
    if not rows or state.report_id is None:
        return ()
    text = texts.left_behind(received.kinds(rows), rows[0].sent_at)
    return (Reply(text, menus.left_behind(state.report_id)),)
