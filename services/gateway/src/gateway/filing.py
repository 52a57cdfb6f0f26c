"""
Files a closed report: photos, card, notice, receipt, delivery; each step once, through crashes and outages.

Why a step tries again by itself: docs/decisions/0008-steps-retry-inside.md
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from functools import partial

from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.keyed_locks import KeyedLocks
from contracts.actions import Action
from contracts.errors import Rejected, ServiceError, Unavailable
from contracts.events import Event, EventType
from contracts.notices import Notice, NoticeStatus
from contracts.notifier_client import NotifierClient
from contracts.reports import ReportStatus
from contracts.storage_client import StorageClient
from gateway import announcements, received, reports
from gateway.durable import JSON, DurableWork, work_id
from gateway.fault_help import FaultHelp
from gateway.photos import PhotoFiler
from gateway.progress import ProgressMessages
from gateway.received import Received
from gateway.reports import ReportRecord
from gateway.step_log import StepLog
from gateway.steps import StepName
from gateway.typed_names import NameSettler
from gateway.webhooks import Webhooks
from gateway.wire_reports import wire_report

logger = logging.getLogger(__name__)

DELIVERY_WAIT_S = 2
"""Telegram mostly takes a notice at once; a refusal is then known before the receipt is shown."""

Do = Callable[[ReportRecord, StepLog], Awaitable[None]]
"""Does one step of a report; idempotent."""


class ReportFiling:
    """
    The durable work on a report.

    A step reads the report as it is when the step runs and makes the outside say the same. So a revision that a
    newer one has overtaken has nothing left to do, and it does not matter which of the two a restart takes up first.
    What the older one has on its way ends before the newer one begins: it would arrive after what corrects it.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        work: DurableWork,
        *,
        names: NameSettler,
        photos: PhotoFiler,
        storage: StorageClient,
        notifier: NotifierClient,
        progress: ProgressMessages,
        webhooks: Webhooks,
        fault_help: FaultHelp,
    ) -> None:
        self._engine = engine
        self._work = work
        self._names = names
        self._photos = photos
        self._storage = storage
        self._notifier = notifier
        self._progress = progress
        self._webhooks = webhooks
        self._fault_help = fault_help
        self._turns = KeyedLocks[str]()
        self._steps: Mapping[StepName, Do] = {
            StepName.PHOTOS: self._file_photos,
            StepName.CARD: self._put_card,
            StepName.NOTICE: self._put_notice,
            StepName.RECEIPT: self._show_receipt,
            StepName.DELIVERY: self._see_delivered,
        }
        work.add("report", self._file)

    async def start(self, record: ReportRecord) -> None:
        """Begin, or go on with, the filing of a report's revision, and with what is done for a fault beside it."""
        if record.action is Action.SAV:
            # First: a report that is filed already is not begun again after a kill.
            await self._fault_help.start(record)
        id_ = work_id(record.report_id, record.revision)
        await self._work.start("report", id_, record.report_id, record.revision)

    async def _file(self, report_id: JSON, revision: JSON) -> JSON:
        """The work itself: the steps in their order, up to one that is refused for good."""
        assert isinstance(report_id, str)
        assert isinstance(revision, int)
        tell = partial(self._tell, report_id, revision)
        await self._work.step("begun", partial(tell, EventType.ALBUM_RECEIVED))
        for name, do in self._steps.items():
            log = StepLog(self._engine, self._progress, report_id, revision, name)
            try:
                await self._work.step(
                    name, partial(self._try, log, do), on_failure=log.failed
                )
            except ServiceError:
                await self._work.step("failed", partial(tell, EventType.REPORT_FAILED))
                return ReportStatus.FAILED
        await self._work.step("filed", partial(tell, EventType.REPORT_FILED))
        return ReportStatus.FILED

    async def _try(self, log: StepLog, do: Do) -> None:
        async with self._turns.of(log.report_id):
            record = await log.begun()
            if record is not None:
                await do(record, log)
                await log.done()

    async def _file_photos(self, record: ReportRecord, log: StepLog) -> None:
        # No step of its own: the work that an earlier version began has none, and could not go on.
        named = await self._names.settle(record)
        await self._photos.file(named, on_each=log.moving)

    async def _put_card(self, record: ReportRecord, _log: StepLog) -> None:
        card = announcements.card(record, await self._rows(record))
        await self._storage.put_card(record.report_id, card)

    async def _put_notice(self, record: ReportRecord, _log: StepLog) -> None:
        notice = announcements.notice(record, await self._rows(record))
        answer = await self._notifier.put_notice(
            record.report_id, notice, wait_s=DELIVERY_WAIT_S
        )
        _require_unrefused(answer)

    async def _show_receipt(self, record: ReportRecord, _log: StepLog) -> None:
        try:
            await self._progress.show(record.report_id)
        except ServiceError as error:
            if error.retryable:
                raise
            # The technician has blocked the bot: the report is filed all the same.
            logger.warning(
                "receipt refused: %s",
                error.detail,
                extra={"report_id": record.report_id},
            )

    async def _see_delivered(self, record: ReportRecord, _log: StepLog) -> None:
        notice = await self._notifier.notice(record.report_id)
        _require_unrefused(notice)
        if notice.status is not NoticeStatus.DELIVERED:
            raise Unavailable(
                f"The notifier has not delivered the notice yet: {notice.last_error}",
                code="notice_queued",
            )
        if notice.missing:
            logger.warning(
                "the notice lacks %d of its photos",
                len(notice.missing),
                extra={"report_id": record.report_id},
            )

    async def _tell(self, report_id: str, revision: int, type_: EventType) -> None:
        """Note how far a revision is together with the event that tells it; what is overtaken is not told."""
        async with self._engine.begin() as db:
            record = await reports.record(db, report_id)
            if record is None or record.revision != revision:
                return
            now = datetime.now(UTC)
            if type_ is EventType.REPORT_FILED:
                await reports.change(
                    db, report_id, status=ReportStatus.FILED, filed_at=now
                )
            elif type_ is EventType.REPORT_FAILED:
                await reports.change(db, report_id, status=ReportStatus.FAILED)
            told = await wire_report(db, report_id)
            await self._webhooks.plan(
                db,
                f"{type_}-{report_id}-{revision}",
                Event(type=type_, timestamp=now, data=told),
            )
        self._webhooks.wake()
        self._progress.touch(report_id)
        logger.info(type_, extra={"report_id": report_id, "revision": revision})

    async def _rows(self, record: ReportRecord) -> tuple[Received, ...]:
        async with self._engine.connect() as db:
            return await received.of_report(db, record.report_id)


def _require_unrefused(notice: Notice) -> None:
    """
    Hold a notice to its outcome; a new PUT, by the report's retry, has it tried again.

    Raises:
        Rejected: Telegram refuses it.
    """
    if notice.status is NoticeStatus.FAILED:
        raise Rejected(
            f"The group did not get the notice: {notice.last_error}",
            code="notice_refused",
        )
