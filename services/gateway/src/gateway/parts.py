"""What the gateway is made of, put together in one place."""

from datetime import UTC, datetime
from typing import NamedTuple, Protocol

import httpx
from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.database import service_url
from chassis.downloads import MANY_READ
from chassis.patience import Patience
from chassis.places import Places
from chassis.telegram import TelegramSession
from chassis.telegram.messages import Arrival
from contracts.knowledge_client import KnowledgeClient
from contracts.notifier_client import NotifierClient
from contracts.storage_client import StorageClient
from gateway import figures, pruning
from gateway.archive import ReportArchive
from gateway.bot import Bot
from gateway.chantiers import ChantierBook
from gateway.choosing import ChantierChooser
from gateway.collector import Collector
from gateway.conversation import Conversation
from gateway.downloads import Downloads
from gateway.durable import DurableWork
from gateway.event_archive import EventArchive
from gateway.fault_help import FaultHelp
from gateway.figures import ReportFigures
from gateway.filing import ReportFiling
from gateway.messages import Messenger
from gateway.notice_rest import NoticeRest
from gateway.people import Doorkeeper
from gateway.photos import PhotoFiler
from gateway.presses import Presses
from gateway.progress import ProgressMessages
from gateway.pruning import Pruning
from gateway.reminders import Reminders
from gateway.replies import ReplySender
from gateway.rounds import Rounds
from gateway.settings import GatewaySettings
from gateway.thumbs import Thumbs
from gateway.turns import TurnKeeper
from gateway.typed_names import NameSettler
from gateway.webhook_client import WebhookClient
from gateway.webhooks import Webhooks
from gateway.workflow_buttons import WorkflowButtons

TRY_S = 2.0
"""A call of a step is tried again for so long; then the technician is told, and the durable work goes on trying."""

LOOK_UP_S = 60.0
"""How long storage may take to list the chantiers where nobody waits for it."""


class Outside(NamedTuple):
    """How the other services, and the webhooks, are reached."""

    storage: httpx.AsyncClient
    notifier: httpx.AsyncClient
    knowledge: httpx.AsyncClient | None
    webhooks: httpx.AsyncClient


class Closing(Protocol):
    async def close(self) -> None: ...


class GatewayParts:
    """Built at once, then opened; what opens last closes first."""

    def __init__(
        self,
        settings: GatewaySettings,
        engine: AsyncEngine,
        outside: Outside,
        registry: CollectorRegistry,
    ) -> None:
        self.engine = engine
        self.outside = outside
        self.session = TelegramSession(
            settings.account, settings.data_dir, handler=self._receive
        )
        patience = Patience(settings.retry_first_s, settings.retry_longest_s)
        self.work = DurableWork(database_url(settings), patience)
        self._progress = ProgressMessages(
            engine, self.session, interval_s=settings.progress_interval_s
        )
        self._webhooks = Webhooks(
            engine,
            WebhookClient(outside.webhooks, settings.webhook_secret or SecretStr("")),
            settings.webhooks,
            patience=patience,
        )
        self._sender = ReplySender(engine, self.session)
        self._knowledge = (
            KnowledgeClient(outside.knowledge, patience_s=TRY_S)
            if outside.knowledge is not None
            else None
        )
        filing = self._filing(settings)
        # One try a call: between two of them the report may be tried anew.
        notifier = NotifierClient(outside.notifier, patience_s=0)
        rest = NoticeRest(engine, self.work, notifier)
        self.archive = ReportArchive(engine, filing, rest)
        self.events = EventArchive(engine, self._webhooks)
        self.downloads = Downloads(engine, self.session)
        self.readers = Places(settings.downloads_at_once, full=MANY_READ)
        self._collector = Collector(
            engine,
            self.session,
            filing,
            self._progress,
            quiet_s=settings.quiet_s,
            join_window_s=settings.join_window_s,
            patience=patience,
        )
        doorkeeper = Doorkeeper(
            engine, self.session, settings.groups.values(), settings.users
        )
        self.messenger = Messenger(engine, self.session, doorkeeper)
        keeper = TurnKeeper(engine, self._collector, self._sender)
        reminders = Reminders(
            engine,
            collector=self._collector,
            keeper=keeper,
            doorkeeper=doorkeeper,
            remind_s=settings.remind_s,
        )
        self.pruning = Pruning(engine, self.work, kept_days=settings.kept_days)
        counted = ReportFigures(engine, registry, stuck_after_s=settings.stuck_after_s)
        self._rounds = (
            Rounds(counted.refresh, figures.REFRESH_S, first_s=0),
            Rounds(reminders.look, reminders.round_s, first_s=reminders.round_s),
            Rounds(
                lambda: self.pruning.prune(datetime.now(UTC)),
                pruning.ROUND_S,
                first_s=pruning.FIRST_S,
            ),
        )
        self._bot = self._talking(settings, doorkeeper, keeper)

    async def open(self) -> None:
        """Take up what was interrupted, then listen."""
        await self.work.open()
        await self._webhooks.open()
        await self.session.open()
        await self._collector.restore()
        self._sender.open()
        self._bot.open()
        for rounds in self._rounds:
            rounds.open()

    async def close(self) -> None:
        closing: tuple[Closing, ...] = (
            *self._rounds,
            self.session,
            self._bot,
            self._sender,
            self._collector,
            self.work,
            self._webhooks,
            self._progress,
        )
        for part in closing:
            await part.close()

    async def _receive(self, arrival: Arrival) -> None:
        await self._bot.receive(arrival)

    def _filing(self, settings: GatewaySettings) -> ReportFiling:
        storage = StorageClient(self.outside.storage, patience_s=TRY_S)
        return ReportFiling(
            self.engine,
            self.work,
            names=NameSettler(self.engine, ChantierBook(storage, wait_s=LOOK_UP_S)),
            photos=PhotoFiler(self.engine, self.session, storage),
            storage=storage,
            notifier=NotifierClient(self.outside.notifier, patience_s=TRY_S),
            progress=self._progress,
            webhooks=self._webhooks,
            fault_help=FaultHelp(
                self.engine,
                self.work,
                knowledge=self._knowledge,
                sender=self._sender,
                progress=self._progress,
                wait_s=settings.help_wait_s,
            ),
        )

    def _talking(
        self, settings: GatewaySettings, doorkeeper: Doorkeeper, keeper: TurnKeeper
    ) -> Bot:
        collector, engine = self._collector, self.engine
        storage = StorageClient(self.outside.storage, patience_s=settings.list_wait_s)
        book = ChantierBook(storage, wait_s=settings.list_wait_s)
        chooser = ChantierChooser(book)
        thumbs = Thumbs(engine, self.session, keeper, self.work, self._knowledge)
        buttons = WorkflowButtons(engine, self.session, self._webhooks)
        return Bot(
            session=self.session,
            doorkeeper=doorkeeper,
            keeper=keeper,
            collector=collector,
            conversation=Conversation(keeper, collector, chooser),
            presses=Presses(
                engine,
                self.session,
                keeper,
                collector,
                chooser=chooser,
                thumbs=thumbs,
                workflow_buttons=buttons,
            ),
            workflow_buttons=buttons,
        )


def database_url(settings: GatewaySettings) -> URL:
    return service_url(settings.database_url, settings.data_dir, "gateway")
