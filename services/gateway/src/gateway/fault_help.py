"""
Helps at a fault: what knowledge finds is shown to the technician, then his report becomes findable itself.

Why it is work of its own: docs/decisions/0011-help-beside-the-filing.md
"""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.keyed_locks import KeyedLocks
from contracts.actions import PARIS
from contracts.errors import Rejected, ServiceError, Unavailable
from contracts.knowledge import (
    FAULTS,
    INDEX_MENDING,
    DocumentText,
    SearchAnswer,
    SearchRequest,
)
from contracts.knowledge_client import KnowledgeClient
from contracts.reports import ReportStatus, StepState
from contracts.wording import shown
from gateway import helps, menus, received, replies, steps, texts, typed_names
from gateway.durable import JSON, DurableWork, work_id
from gateway.help_text import help_text, is_answered, mending_text
from gateway.mending import mendable
from gateway.progress import ProgressMessages
from gateway.replies import Reply, ReplySender
from gateway.reports import ReportRecord
from gateway.step_log import StepLog
from gateway.steps import BESIDE, StepName

LOOK_S = 0.2
_LONGEST_QUESTION = 2000


class FaultHelp:
    """
    The durable work beside a fault's filing: search, wait for the receipt, show, put the report into the history.

    The search comes before the report is put, so that it does not find itself. A technician is helped once a report,
    whatever is corrected later; the history follows each correction.

    Args:
        work: Carries it through crashes.
        knowledge: Is asked, and remembers; ``None`` where there is none, also for what an earlier one has left waiting.
        sender: Sends the help, once.
        progress: Of the report.
        wait_s: For how long after the report was closed an absent knowledge is asked, in seconds.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        work: DurableWork,
        *,
        knowledge: KnowledgeClient | None,
        sender: ReplySender,
        progress: ProgressMessages,
        wait_s: float,
    ) -> None:
        self._engine = engine
        self._work = work
        self._knowledge = knowledge
        self._sender = sender
        self._progress = progress
        self._wait = timedelta(seconds=wait_s)
        self._turns = KeyedLocks[str]()
        work.add("help", self._help)

    async def start(self, record: ReportRecord) -> None:
        """Begin, or go on with, the help on a report's revision."""
        id_ = work_id(f"{record.report_id}-help", record.revision)
        await self._work.start("help", id_, record.report_id, record.revision)

    async def _help(self, report_id: JSON, revision: JSON) -> JSON:
        assert isinstance(report_id, str)
        assert isinstance(revision, int)
        log = partial(StepLog, self._engine, self._progress, report_id, revision)
        help_log, history_log = log(StepName.HELP), log(StepName.HISTORY)
        try:
            found = await self._work.step(
                "search",
                partial(self._search, help_log),
                on_failure=help_log.failed,
            )
        except ServiceError:
            found = None
        if found is not None:
            await self._work.step("told", partial(self._until_told, help_log))
            await self._work.step(
                "show",
                partial(self._show, help_log, found),
                on_failure=help_log.failed,
            )
        try:
            await self._work.step(
                "remember",
                partial(self._remember, history_log),
                on_failure=history_log.failed,
            )
        except ServiceError:
            return StepState.FAILED
        return StepState.DONE

    async def _search(self, log: StepLog) -> JSON:
        """Ask knowledge; ``None`` where there is nothing to ask or the technician has had his help."""
        record = await log.begun()
        if record is None:
            return None
        if self._knowledge is None:
            await log.left_out()
            return None
        question = (await self._description(record))[:_LONGEST_QUESTION].strip()
        if not question or await self._is_over(record):
            await self._sender.send(f"help:{record.report_id}")  # what a try left
            await log.done()
            return None
        try:
            with mendable():
                answer = await self._knowledge.search(SearchRequest(query=question))
        except ServiceError as error:
            assert record.closed_at is not None
            if error.retryable and datetime.now(UTC) < record.closed_at + self._wait:
                raise
            await self._give_up(record, error)
            raise Rejected(
                f"The technician got no help: {error.detail}", code="help_given_up"
            ) from error
        return answer.model_dump(mode="json")

    async def _give_up(self, record: ReportRecord, error: ServiceError) -> None:
        """No help comes; that the documents are being repaired the technician reads, it is no answer to his question."""
        cause = f"help:{record.report_id}"
        async with self._engine.begin() as db:
            await helps.add(db, record.report_id)
            if error.code == INDEX_MENDING:
                mending = Reply(mending_text(record.client))
                await replies.plan(db, record.chat_id, cause, (mending,))
        await self._sender.send(cause)

    async def _until_told(self, log: StepLog) -> None:
        """Let the technician first read that his report is filed, or that it is kept for later."""
        while True:
            if await self._is_told(log):
                return
            await asyncio.sleep(LOOK_S)

    async def _is_told(self, log: StepLog) -> bool:
        record = await log.current()
        if record is None or record.status is not ReportStatus.FILING:
            return True
        async with self._engine.connect() as db:
            done = await steps.of_report(db, record.report_id)
        states = {step.name: step.state for step in done if step.name not in BESIDE}
        is_shown = states.get(StepName.RECEIPT) is StepState.DONE
        return is_shown or StepState.WAITING in states.values()

    async def _show(self, log: StepLog, found: JSON) -> None:
        """Send the help; the first that was written down stands."""
        record = await log.current()
        if record is None:
            return
        answer = SearchAnswer.model_validate(found)
        text = help_text(record.client, answer)
        buttons = menus.thumbs(record.report_id) if is_answered(answer) else ()
        cause = f"help:{record.report_id}"
        async with self._engine.begin() as db:
            await helps.add(db, record.report_id, search_id=answer.search_id, text=text)
            await replies.plan(db, record.chat_id, cause, (Reply(text, buttons),))
        await self._sender.send(cause)
        await log.done()

    async def _remember(self, log: StepLog) -> None:
        """Put the report as it is now into the history, after what an older revision has on its way there."""
        async with self._turns.of(log.report_id):
            record = await log.begun()
            if record is None:
                return
            if self._knowledge is None:
                await log.left_out()
                return
            await self._require_settled(record)
            fault = document(record, await self._description(record))
            with mendable():
                await self._knowledge.put_document(record.report_id, fault)
            await log.done()

    async def _require_settled(self, record: ReportRecord) -> None:
        """The history bears the name that the report is filed under."""
        async with self._engine.connect() as db:
            name = await typed_names.of_report(db, record.report_id)
        if name is not None and not name.settled:
            raise Unavailable(
                "The chantier's name was typed while storage was away; it is looked up first.",
                code="name_unsettled",
            )

    async def _is_over(self, record: ReportRecord) -> bool:
        async with self._engine.connect() as db:
            return await helps.of_report(db, record.report_id) is not None

    async def _description(self, record: ReportRecord) -> str:
        async with self._engine.connect() as db:
            return received.description(await received.of_report(db, record.report_id))


def document(record: ReportRecord, description: str) -> DocumentText:
    """A fault as the next technician finds it."""
    day = record.opened_at.astimezone(PARIS)
    return DocumentText(
        text=description or texts.WIPED_OUT,
        media_type="text/plain",
        source=FAULTS,
        title=f"SAV {shown(record.client, 150)} — {day:%d/%m/%Y}",
        tags=("sav", f"chantier:{shown(record.client, 150)}"),
    )
