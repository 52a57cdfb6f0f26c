"""What the bot answers to a text, a photo or a sticker. What buttons do is in `presses`."""

import re
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from chassis.telegram import IncomingMessage, MediaKind
from contracts.wording import LONGEST, fitted
from gateway import menus, received, texts
from gateway.chat_states import NAMING, ChatState, Step
from gateway.choosing import ChantierChooser
from gateway.collector import Collector
from gateway.received import Received, is_file
from gateway.replies import Reply
from gateway.turns import Turn, TurnKeeper
from gateway.universal_input import universal_input

_COMMAND = re.compile(
    r"/(?:(?:start|annuler|cancel|aide|help)\b|[a-z]\S*$)", re.IGNORECASE
)
"""Not ``/!\\ fuite`` nor ``/fuite au raccord``. Source: core.telegram.org/bots/features#commands."""
_ASKED_ANEW = timedelta(minutes=10)
"""What comes so long after all that nobody has said a word about is asked about again."""


class Conversation:
    """Messages of people who may talk to the bot, one after the other within a chat."""

    def __init__(
        self,
        keeper: TurnKeeper,
        collector: Collector,
        chooser: ChantierChooser,
    ) -> None:
        self._keeper = keeper
        self._collector = collector
        self._chooser = chooser

    async def answer(self, message: IncomingMessage) -> None:
        """Answer one message; harmless when it comes twice."""
        if message.is_edited:
            await self._correct(message)
        elif await self._keeper.is_kept(_cause(message)):
            return
        elif is_file(message):
            await self._take_file(message)
        elif message.media is not None:
            await self._decline(message)
        elif _COMMAND.match(message.text):
            await self._obey(message)
        else:
            await self._read(message)

    async def _correct(self, message: IncomingMessage) -> None:
        """Let an edit stand in place of what was sent; of a name that is asked about the new one is."""
        await self._collector.correct(message)
        await self._keeper.send_all(message.chat_id)  # also where this comes again
        state = await self._keeper.state(message.chat_id)
        asked = await self._keeper.offer(state.offer)
        if asked is None or asked.message_id != message.message_id:
            return
        if universal_input(message.text).chantier != asked.typed:
            await self._name_chantier(message, state, f"edit:{asked.token}")

    async def _take_file(self, message: IncomingMessage) -> None:
        """Keep a file first; then ask what it is for, unless that is known or being asked."""
        owner = await self._collector.collect(message)
        if owner is not None:
            return
        state = await self._keeper.state(message.chat_id)
        if state.step in NAMING:
            if universal_input(message.text).description:
                await self._name_chantier(message, state)
            else:
                cause, word = f"unnamed:{state.report_id}", Reply(texts.KEPT_WHERE)
                await self._keeper.answer(message.chat_id, cause, word)
            return
        pending = await self._pending(message)
        if not pending:  # claimed or dropped meanwhile
            return
        first = _newest_burst(pending)
        question = Reply(texts.KEPT_WHAT_IS_IT, menus.actions())
        await self._keeper.answer(
            message.chat_id, f"unclaimed:{message.chat_id}:{first}", question
        )

    async def _decline(self, message: IncomingMessage) -> None:
        media = message.media
        assert media is not None
        text = texts.NOT_A_FILE
        if media.kind is MediaKind.VOICE:
            text = texts.VOICE
        elif media.file_id and not media.size_bytes:
            text = texts.empty_file(media.file_name)
        await self._say(message, text)

    async def _obey(self, message: IncomingMessage) -> None:
        command = re.split(r"[\s@]", message.text[1:].lower(), maxsplit=1)[0]
        if command in {"annuler", "cancel"}:
            await self._cancel(message)
        elif command in {"aide", "help"}:
            await self._say(message, texts.HELP)
        else:
            await self._collector.part(message.chat_id)
            await self._greet(message)

    async def _read(self, message: IncomingMessage) -> None:
        """A text names the chantier, describes the report, or is the beginning of one."""
        state = await self._keeper.state(message.chat_id)
        if state.step in NAMING:
            await self._name_chantier(message, state)
        elif state.step is Step.COLLECTING:
            await self._collector.collect(message)
        elif universal_input(message.text).description:
            await self._keep_note(message, state)
        elif (report := await self._collector.join(message)) is not None:
            await self._say(message, texts.added(report.client))
        elif await self._pending(message):
            await self._keep_note(message, state)
        else:
            await self._greet(message, texts.NOT_NOTED)

    async def _name_chantier(
        self, message: IncomingMessage, state: ChatState, cause: str = ""
    ) -> None:
        told = await self._pending(message)
        asked = await self._keeper.offer(state.offer)
        turn = await self._chooser.name(
            state, received.received(message), told, asked=asked
        )
        await self._keep(message, turn, cause)

    async def _keep_note(self, message: IncomingMessage, state: ChatState) -> None:
        """``Müller / …``, or what goes with photos, before any action: keep it, and ask what it is for."""
        answer = Reply(texts.KEPT_WHAT_IS_IT, menus.actions())
        turn = Turn(state, (answer,), notes=(received.received(message),))
        await self._keep(message, turn)

    async def _greet(self, message: IncomingMessage, word: str = "") -> None:
        """Offer the three actions after a *word*; name what was begun and not sent."""
        pending = await self._pending(message)
        first_name = message.sender.first_name if message.sender else ""
        text = texts.KEPT_WHAT_IS_IT if pending else texts.greeting(first_name)
        text += word + await self._still_there(message)
        greeting = Reply(fitted(text, LONGEST), menus.actions())
        await self._keep(message, Turn(ChatState(message.chat_id), (greeting,)))

    async def _cancel(self, message: IncomingMessage) -> None:
        """Drop what is being made, else what was left behind; name what was begun before it and not sent."""
        chat_id, at = message.chat_id, message.sent_at
        if await self._collector.drop_all(chat_id, at):
            text = texts.CANCELLED
        elif gone := await self._collector.just_closed(chat_id):
            text = texts.gone(gone.client)
        elif await self._collector.drop_left_behind(chat_id, at):
            text = texts.CANCELLED
        else:
            text = ""
        text += await self._still_there(message)
        text = text.strip() or texts.NOTHING_TO_CANCEL
        cancelled = Reply(fitted(text, LONGEST))
        await self._keep(message, Turn(ChatState(message.chat_id), (cancelled,)))

    async def _pending(self, message: IncomingMessage) -> tuple[Received, ...]:
        """What was sent not long before *message*, and nobody has said anything about; the gateway may have been away for days."""
        lately = received.lately(message.sent_at)
        return await self._collector.unclaimed(message.chat_id, lately)

    async def _still_there(self, message: IncomingMessage) -> str:
        """What waits for a press: open reports, and what was left behind."""
        reports = await self._collector.open_reports(message.chat_id)
        text = "".join(texts.still_open(report.client) for report in reports)
        left = received.left_behind(message.sent_at)
        rows = await self._collector.unclaimed(message.chat_id, left)
        if rows:
            text += texts.still_kept(received.kinds(rows), rows[0].sent_at)
        return text

    async def _say(self, message: IncomingMessage, text: str) -> None:
        """Answer without changing anything."""
        await self._keeper.answer(message.chat_id, _cause(message), Reply(text))

    async def _keep(
        self, message: IncomingMessage, turn: Turn, cause: str = ""
    ) -> None:
        technician, at = received.technician(message), message.sent_at
        await self._keeper.keep(cause or _cause(message), turn, technician, at)


def _newest_burst(pending: Sequence[Received]) -> int:
    """The first message id of what came together, last of all that is *pending*."""
    first = pending[0]
    for before, row in pairwise(pending):
        if row.sent_at - before.sent_at > _ASKED_ANEW:
            first = row
    return first.message_id


def _cause(message: IncomingMessage) -> str:
    return f"message:{message.chat_id}:{message.message_id}"
