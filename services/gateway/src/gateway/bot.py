"""Lets people in, and hands what they send to the conversation."""

import asyncio

from chassis.patience import Patience
from chassis.tasks import stop
from chassis.telegram import ButtonPress, IncomingMessage, TelegramSession
from chassis.telegram.messages import Arrival, Gap
from gateway import texts
from gateway.collector import Collector
from gateway.conversation import Conversation
from gateway.people import Doorkeeper
from gateway.presses import Presses
from gateway.replies import REFUSAL, Reply
from gateway.turns import TurnKeeper
from gateway.workflow_buttons import WorkflowButtons


class Bot:
    """The handler of the Telegram session: when it returns, an update is done with."""

    def __init__(
        self,
        *,
        session: TelegramSession,
        doorkeeper: Doorkeeper,
        keeper: TurnKeeper,
        collector: Collector,
        conversation: Conversation,
        presses: Presses,
        workflow_buttons: WorkflowButtons,
    ) -> None:
        self._session = session
        self._doorkeeper = doorkeeper
        self._keeper = keeper
        self._collector = collector
        self._naming: asyncio.Task[None] | None = None
        self._conversation = conversation
        self._presses = presses
        self._workflow_buttons = workflow_buttons

    def open(self) -> None:
        """Name the bot's commands to Telegram, as soon as it answers."""
        self._naming = asyncio.create_task(
            Patience().until_done(lambda: self._session.set_commands(texts.COMMANDS))
        )

    async def close(self) -> None:
        await stop([self._naming])

    async def receive(self, arrival: Arrival) -> None:
        """
        Take one update of a private chat; what is said in groups is not for the bot, and a button there is a workflow's.

        Raises:
            ServiceError: Retryable: the session brings the update again.
        """
        if isinstance(arrival, Gap):
            await self._own_up()
            return
        if isinstance(arrival, ButtonPress) and self._doorkeeper.is_group(
            arrival.chat_id
        ):
            await self._workflow_buttons.tell(arrival)
            return
        sender = arrival.sender
        if sender is None or arrival.chat_id != sender.user_id:
            return
        if not await self._doorkeeper.admits(sender.user_id):
            # What he sent while he was let in is filed; nobody else would close it.
            await self._collector.settle(arrival.chat_id)
            cause = f"{REFUSAL}{sender.user_id}"
            await self._keeper.answer(arrival.chat_id, cause, Reply(texts.REFUSAL))
        elif isinstance(arrival, IncomingMessage):
            await self._conversation.answer(arrival)
        else:
            await self._presses.answer(arrival)

    async def _own_up(self) -> None:
        """Tell those who are in the middle of a report that something may be missing from it."""
        for report in await self._collector.open_reports():
            word = Reply(texts.maybe_missed(report.client))
            await self._keeper.answer(report.chat_id, f"gap:{report.report_id}", word)
