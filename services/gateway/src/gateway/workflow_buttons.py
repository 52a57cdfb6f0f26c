"""
Buttons under the messages of workflows: who pressed them is an event for n8n.

How they are told from the bot's own: docs/decisions/0018-presses-are-told.md
"""

from contextlib import suppress
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.telegram import ButtonPress, TelegramSession
from contracts.chat import PressedButton
from contracts.errors import ServiceError
from contracts.events import Event, EventType
from gateway import texts
from gateway.webhooks import Webhooks


class WorkflowButtons:
    """Writes a press down before Telegram is told that it arrived, so it is lost nowhere."""

    def __init__(
        self, engine: AsyncEngine, session: TelegramSession, webhooks: Webhooks
    ) -> None:
        self._engine = engine
        self._session = session
        self._webhooks = webhooks

    async def tell(self, press: ButtonPress) -> None:
        """Tell of a press; harmless when it comes twice."""
        event = Event(
            type=EventType.BUTTON_PRESSED,
            timestamp=datetime.now(UTC),
            data=PressedButton(
                chat_id=press.chat_id,
                message_id=press.message_id,
                data=press.data,
                user_id=press.sender.user_id,
                name=press.sender.full_name,
            ),
        )
        async with self._engine.begin() as db:
            await self._webhooks.plan(db, f"{event.type}-{press.query_id}", event)
        self._webhooks.wake()
        word = texts.NOTED if self._webhooks.has_listeners else texts.STALE
        with suppress(ServiceError):  # the spinner ends by itself; the press is told
            await self._session.answer_press(press.query_id, word)
