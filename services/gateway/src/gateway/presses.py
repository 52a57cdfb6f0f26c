"""What the buttons do."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.telegram import ButtonPress, TelegramSession
from contracts.actions import Action
from contracts.errors import ServiceError
from contracts.reports import ReportStatus
from gateway import choosing, menus, received, reports, texts
from gateway.chantiers import folder_for
from gateway.chat_states import NAMING, ChatState, Step
from gateway.choosing import ChantierChooser
from gateway.collector import Collector
from gateway.menus import Press, Verb
from gateway.offers import Offer
from gateway.received import Received
from gateway.replies import Reply
from gateway.reports import ClosedBy, ReportRecord
from gateway.thumbs import Thumbs
from gateway.turns import Turn, TurnKeeper
from gateway.universal_input import universal_input
from gateway.workflow_buttons import WorkflowButtons

_ACTIONS = {action.value for action in Action}
_GOOD_NEWS = frozenset(
    {
        texts.NOTED,
        texts.GOES_ON,
        texts.GOES,
        texts.ALREADY_SENT,
        texts.CANCELLED,
        texts.KEPT_FOR_ANOTHER,
    }
)
"""Nobody has to say that he has read it."""
_OF_A_LIST = (Verb.CHANTIER, Verb.PAGE, Verb.MANUAL, Verb.CREATE, Verb.NOTE)


class Presses:
    """Buttons pressed by people who may talk to the bot, one after the other within a chat."""

    def __init__(
        self,
        engine: AsyncEngine,
        session: TelegramSession,
        keeper: TurnKeeper,
        collector: Collector,
        *,
        chooser: ChantierChooser,
        thumbs: Thumbs,
        workflow_buttons: WorkflowButtons,
    ) -> None:
        self._engine = engine
        self._session = session
        self._keeper = keeper
        self._collector = collector
        self._chooser = chooser
        self._thumbs = thumbs
        self._workflow_buttons = workflow_buttons

    async def answer(self, press: ButtonPress) -> None:
        """Do what a button says; harmless when its press comes twice."""
        if press.data not in _ACTIONS and not menus.is_of_the_bot(press.data):
            await self._workflow_buttons.tell(press)
            return
        if self._thumbs.are_pressed(press):
            await self._thumbs.take(press)
            return
        cause = f"press:{press.query_id}"
        word, is_over = "", False
        if not await self._keeper.is_kept(cause):
            turn = await self._turn(press)
            if turn.answer:
                await self._keeper.keep(
                    cause, turn, press.sender.full_name, datetime.now(UTC)
                )
            word, is_over = turn.word, turn.is_over
        with suppress(ServiceError):  # the spinner ends by itself; the press is done
            alert = bool(word) and word not in _GOOD_NEWS
            await self._session.answer_press(press.query_id, word, alert=alert)
            if is_over:  # only now: most messages that a report leaves above it are never pressed
                await self._session.drop_buttons(press.chat_id, press.message_id)

    async def _turn(self, press: ButtonPress) -> Turn:
        pressed = Press.parse(press.data)
        state = await self._keeper.state(press.chat_id)
        if pressed.verb in _ACTIONS:
            return await self._begin(state, Action(pressed.verb), press)
        if pressed.verb in _OF_A_LIST:
            return await self._choose(state, pressed, press)
        if pressed.verb in (Verb.ADD, Verb.LEAVE):
            return await self._add_left_behind(state, pressed, press)
        if pressed.verb == Verb.SEND:
            return await self._send(state, pressed.of, press)
        if pressed.verb == Verb.DROP:
            return await self._drop(state, pressed.of, press)
        return Turn(state, word=texts.STALE)

    async def _begin(
        self, state: ChatState, action: Action, press: ButtonPress
    ) -> Turn:
        """Begin a report; what was written before as ``Müller / …`` names its chantier."""
        if await self._keeper.is_gone(press):  # pressed twice
            return Turn(state, word=texts.GOES_ON)
        report_id = reports.report_id(state.chat_id, press.query_id, datetime.now(UTC))
        begun = ChatState(state.chat_id, Step.CHOOSING, action, report_id=report_id)
        told = await self._told(state)
        for row in () if state.step in NAMING else told:  # else asked about already
            typed = universal_input(row.text)
            if typed.chantier and typed.description:
                return await self._chooser.name(begun, row, told, press.message_id)
        return await self._chooser.choose(begun, press.message_id)

    async def _choose(
        self, state: ChatState, pressed: Press, press: ButtonPress
    ) -> Turn:
        offer = await self._offer(state, pressed.of)
        if offer is None:
            # Pressed twice, say: the choice has been made, and /start would undo it.
            is_made = await self._is_made(state, pressed)
            return Turn(state, word=texts.GOES_ON if is_made else texts.STALE)
        edits = press.message_id
        if pressed.verb == Verb.PAGE:
            return await self._chooser.choose(state, edits, offer, pressed.number)
        if pressed.verb == Verb.MANUAL:
            return choosing.ask_name(state, texts.TYPE_CHANTIER, edits)
        if pressed.verb == Verb.NOTE:  # it is kept already
            return replace(await self._chooser.choose(state, edits), word=texts.NOTED)
        choice = offer.choice(pressed.number)
        if pressed.verb == Verb.CREATE:
            choice = choosing.new_chantier(offer.typed, datetime.now(UTC))
        if choice is None:
            return Turn(state, word=texts.STALE)
        asked = await self._keeper.offer(state.offer)
        told = await self._told(state, asked.message_id if asked else None)
        return choosing.take(state, choice, edits, told, asked)

    async def _offer(self, state: ChatState, token: str) -> Offer | None:
        """Find what is on display while a chantier is chosen; a button of anything older means nothing any more."""
        offer = await self._keeper.offer(token if state.offer else None)
        return offer if offer and offer.chat_id == state.chat_id else None

    async def _is_made(self, state: ChatState, pressed: Press) -> bool:
        """Whether the choice that a button stands for is the one that was made: another would be taken for it."""
        if pressed.verb == Verb.NOTE:
            told = await self._told(state)
            return any(row.message_id == pressed.number for row in told)
        offer = await self._keeper.offer(pressed.of)
        if offer is None or state.action is None:
            return False
        if pressed.verb == Verb.MANUAL:
            return state.step is Step.TYPING
        if pressed.verb == Verb.CREATE:
            return state.step is Step.COLLECTING and state.client == offer.typed
        choice = offer.choice(pressed.number)
        return choice is not None and state.chantier == folder_for(state.action, choice)

    async def _told(
        self, state: ChatState, asked: int | None = None
    ) -> tuple[Received, ...]:
        """What was sent lately and nobody has claimed, and message *asked*, whenever it was sent."""
        which = received.lately(datetime.now(UTC)) | received.is_message(asked)
        return await self._collector.unclaimed(state.chat_id, which)

    async def _add_left_behind(
        self, state: ChatState, pressed: Press, press: ButtonPress
    ) -> Turn:
        if pressed.verb == Verb.LEAVE:
            return Turn(state, word=texts.KEPT_FOR_ANOTHER, is_over=True)
        is_added = await self._collector.claim_left_behind(
            state, pressed.of, press.sender.full_name, press.message_id
        )
        return Turn(state, word=texts.NOTED if is_added else texts.STALE, is_over=True)

    async def _send(self, state: ChatState, report_id: str, press: ButtonPress) -> Turn:
        record = await self._record(state, report_id)
        if record is None:  # nothing has been sent yet
            is_ours = state.report_id == report_id
            return _missing(state, state.action if is_ours else None)
        if await self._collector.close_report(report_id, ClosedBy.BUTTON):
            return _ended(state, record, texts.GOES, press)
        # Quiet may have closed it meanwhile.
        record = await self._record(state, report_id) or record
        if record.status is ReportStatus.OPEN:
            return _missing(state, record.action)
        await self._collector.part(state.chat_id)
        return _ended(state, record, _over(record), press)

    async def _drop(self, state: ChatState, report_id: str, press: ButtonPress) -> Turn:
        record = await self._record(state, report_id)
        if record is not None:
            is_dropped = await self._collector.cancel(report_id)
            word = texts.CANCELLED if is_dropped else _over(record)
            return _ended(state, record, word, press)
        if state.report_id != report_id:
            return Turn(state, word=texts.STALE, is_over=True)
        await self._collector.drop_all(state.chat_id, datetime.now(UTC))
        reply = Reply(texts.CANCELLED, edits=press.message_id)
        return Turn(ChatState(state.chat_id), (reply,))

    async def _record(self, state: ChatState, report_id: str) -> ReportRecord | None:
        """Find a report of this chat."""
        async with self._engine.connect() as db:
            record = await reports.record(db, report_id)
        return record if record and record.chat_id == state.chat_id else None


def _missing(state: ChatState, action: Action | None) -> Turn:
    if action is None:
        return Turn(state, word=texts.STALE, is_over=True)
    return Turn(state, word=texts.NEEDS[action])


def _ended(
    state: ChatState, record: ReportRecord, word: str, press: ButtonPress
) -> Turn:
    """Say what became of a report; its own message is shown anew without buttons in any case."""
    is_over = press.message_id != record.progress_message_id
    return Turn(state, word=word, is_over=is_over)


def _over(record: ReportRecord) -> str:
    if record.status is ReportStatus.CANCELLED:
        return texts.STALE
    failed = record.status is ReportStatus.FAILED
    return texts.STUCK if failed else texts.ALREADY_SENT
