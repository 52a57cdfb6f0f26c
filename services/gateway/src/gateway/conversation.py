"""What the bot answers to a text, a photo or a sticker. What buttons do is in `presses`."""

import re
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.telegram import IncomingMessage, MediaKind
from contracts.wording import LONGEST, fitted
from gateway import menus, received, texts
from gateway.chat_states import ChatState, Step
from gateway.choosing import ChantierChooser
from gateway.collector import Collector
from gateway.corrections import correct
from gateway.received import Received, is_file
from gateway.replies import Reply
from gateway.turns import Turn, TurnKeeper
from gateway.universal_input import universal_input

_NAMING = (Step.CHOOSING, Step.TYPING)
_COMMAND = re.compile(r"/[a-z]", re.IGNORECASE)
"""Not ``/!\\ fuite`` nor ``/ cuivre``. Source: core.telegram.org/bots/features#commands."""
_ASKED_ANEW = timedelta(minutes=10)
"""What comes so long after all that nobody has said a word about is asked about again."""


class Conversation:
    """Messages of people who may talk to the bot, one after the other within a chat."""

    def __init__(
        self,
        engine: AsyncEngine,
        keeper: TurnKeeper,
        collector: Collector,
        chooser: ChantierChooser,
    ) -> None:
        self._engine = engine
        self._keeper = keeper
        self._collector = collector
        self._chooser = chooser

    async def hear(self, message: IncomingMessage) -> None:
        """Answer one message; harmless when it comes twice."""
        if message.is_edited:
            await self._correct(message)
        elif is_file(message):
            await self._take_file(message)
        elif message.media is not None:
            await self._decline(message)
        elif _COMMAND.match(message.text):
            await self._obey(message)
        else:
            await self._read(message)

    async def _take_file(self, message: IncomingMessage) -> None:
        """Keep a file first; then ask what it is for, unless that is known or being asked."""
        if await self._keeper.is_kept(cause_of(message)):
            return
        owner = await self._collector.collect(message)
        if owner is not None:
            return
        state = await self._keeper.state(message.chat_id)
        if state.step in _NAMING:
            if universal_input(message.text).description:
                await self._name_chantier(message, state)
            else:
                cause, word = f"unnamed:{state.report_id}", Reply(texts.KEPT_WHERE)
                await self._keeper.answer(message.chat_id, cause, word)
            return
        pending = await self._pending(message.chat_id)
        if not pending:  # claimed or dropped meanwhile
            return
        first = _newest_burst(pending)
        question = Reply(texts.KEPT_WHAT_IS_IT, menus.actions())
        await self._keeper.answer(
            message.chat_id, f"unclaimed:{message.chat_id}:{first}", question
        )

    async def _correct(self, message: IncomingMessage) -> None:
        report_id = await correct(self._engine, message)
        if report_id is not None:
            await self._collector.rest(report_id)

    async def _decline(self, message: IncomingMessage) -> None:
        media = message.media
        assert media is not None
        text = texts.NOT_A_FILE
        if media.kind is MediaKind.VOICE:
            text = texts.VOICE
        elif media.file_id and not media.size_bytes:
            text = texts.empty_file(media.file_name)
        await self._keeper.answer(message.chat_id, cause_of(message), Reply(text))

    async def _obey(self, message: IncomingMessage) -> None:
        if await self._keeper.is_kept(cause_of(message)):
            return
        command = message.text[1:].split("@")[0].split()[:1]
        if command in (["annuler"], ["cancel"]):
            await self._cancel(message)
        elif command in (["aide"], ["help"]):
            await self._keeper.answer(
                message.chat_id, cause_of(message), Reply(texts.HELP)
            )
        else:
            await self._collector.part(message.chat_id)
            await self._greet(message)

    async def _read(self, message: IncomingMessage) -> None:
        """A text names the chantier, describes the report, or is the beginning of one."""
        if await self._keeper.is_kept(cause_of(message)):
            return
        state = await self._keeper.state(message.chat_id)
        if state.step in _NAMING:
            await self._name_chantier(message, state)
        elif state.step is Step.COLLECTING:
            await self._collector.collect(message)
        elif universal_input(message.text).description:
            await self._keep_note(message, state)
        elif (report := await self._collector.join(message)) is not None:
            reply = Reply(texts.added(report.client))
            await self._keeper.answer(message.chat_id, cause_of(message), reply)
        elif await self._pending(message.chat_id):
            await self._keep_note(message, state)
        else:
            await self._greet(message)

    async def _name_chantier(self, message: IncomingMessage, state: ChatState) -> None:
        before = await self._pending(message.chat_id)
        turn = await self._chooser.name(state, received.received(message), before)
        await self._keeper.keep(cause_of(message), turn, technician(message))

    async def _keep_note(self, message: IncomingMessage, state: ChatState) -> None:
        """``Müller / …``, or what goes with photos, before any action: keep it, and ask what it is for."""
        answer = Reply(texts.KEPT_WHAT_IS_IT, menus.actions())
        turn = Turn(state, (answer,), note=received.received(message))
        await self._keeper.keep(cause_of(message), turn, technician(message))

    async def _greet(self, message: IncomingMessage) -> None:
        """Offer the three actions; name what was begun and not sent."""
        state = ChatState(message.chat_id)
        pending = await self._pending(message.chat_id)
        first_name = message.sender.first_name if message.sender else ""
        text = texts.KEPT_WHAT_IS_IT if pending else texts.greeting(first_name)
        for left in await self._collector.open_reports(message.chat_id):
            text += texts.still_open(left.client)
        greeting = Reply(fitted(text, LONGEST), menus.actions())
        turn = Turn(state, (greeting,))
        await self._keeper.keep(cause_of(message), turn, technician(message))

    async def _pending(self, chat_id: int) -> tuple[Received, ...]:
        async with self._engine.connect() as db:
            return await received.unclaimed(db, chat_id)

    async def _cancel(self, message: IncomingMessage) -> None:
        dropped = await self._collector.drop_all(message.chat_id)
        text = texts.CANCELLED if dropped else texts.NOTHING_TO_CANCEL
        if not dropped and (gone := await self._collector.just_closed(message.chat_id)):
            text = texts.gone(gone.client)
        turn = Turn(ChatState(message.chat_id), (Reply(text),))
        await self._keeper.keep(cause_of(message), turn, technician(message))


def _newest_burst(pending: Sequence[Received]) -> int:
    """The first message id of what came together, last of all that is *pending*."""
    first = pending[0]
    for before, row in pairwise(pending):
        if row.sent_at - before.sent_at > _ASKED_ANEW:
            first = row
    return first.message_id


def cause_of(message: IncomingMessage) -> str:
    return f"message:{message.chat_id}:{message.message_id}"


def technician(message: IncomingMessage) -> str:
    return message.sender.full_name if message.sender else ""
