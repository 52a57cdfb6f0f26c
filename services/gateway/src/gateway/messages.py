"""Messages that workflows send through the bot."""

import hashlib
import uuid
from datetime import UTC, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis.telegram import Button, TelegramSession
from contracts.chat import MessageRequest, SentMessage
from contracts.errors import FieldProblem, Forbidden, Rejected
from gateway import database, menus
from gateway.database import message_keys
from gateway.people import Doorkeeper


class Messenger:
    """Writes to configured groups and to people who may talk to the bot."""

    def __init__(
        self, engine: AsyncEngine, session: TelegramSession, doorkeeper: Doorkeeper
    ) -> None:
        self._engine = engine
        self._session = session
        self._doorkeeper = doorkeeper

    async def send(self, message: MessageRequest, key: str | None) -> SentMessage:
        """
        Send a message; the same *key* is the same message.

        Raises:
            Forbidden: The chat is neither a configured group nor that of somebody known.
            Rejected: *key* was used with another message, a button would be taken for one of the bot's, or Telegram
                would not take this one.
        """
        _require_own_buttons(message)
        await self._require_known(message.chat_id)
        if not key:
            return await self._send(message, uuid.uuid4().hex)
        sent_before = await self._noted(message, key)
        if sent_before is not None:
            return SentMessage(chat_id=message.chat_id, message_id=sent_before)
        sent = await self._send(message, key)
        async with self._engine.begin() as db:
            await db.execute(
                update(message_keys)
                .where(message_keys.c.key == key)
                .values(message_id=sent.message_id)
            )
        return sent

    async def _send(self, message: MessageRequest, key: str) -> SentMessage:
        message_id = await self._session.send_text(
            message.chat_id,
            message.text,
            key=f"message:{key}",
            buttons=tuple(
                tuple(Button(button.label, button.data) for button in row)
                for row in message.buttons
            ),
        )
        return SentMessage(chat_id=message.chat_id, message_id=message_id)

    async def _require_known(self, chat_id: int) -> None:
        if self._doorkeeper.is_group(chat_id):
            return
        if chat_id <= 0 or not await self._doorkeeper.admits(chat_id):
            raise Forbidden(
                f"{chat_id} is neither in TELEGRAM_GROUPS nor somebody who may talk to the bot:"
                " add the group there, or the person to one of its groups."
            )

    async def _noted(self, message: MessageRequest, key: str) -> int | None:
        """Note a message under its key; the id that it was sent with before, if it was."""
        digest = hashlib.sha256(message.model_dump_json().encode()).hexdigest()
        async with self._engine.begin() as db:
            row = {"key": key, "body_sha256": digest, "noted_at": datetime.now(UTC)}
            await database.add_once(db, message_keys, row)
            query = select(message_keys).where(message_keys.c.key == key)
            noted = (await db.execute(query)).one()
        if noted.body_sha256 != digest:
            raise Rejected(
                "This Idempotency-Key was used with another body. Use a new key for a new message.",
                code="idempotency_key_reused",
            )
        message_id: int | None = noted.message_id
        return message_id


async def forget(db: AsyncConnection, before: datetime, *, at_most: int) -> None:
    """Drop keys too old for their workflow to repeat the call."""
    old = select(message_keys.c.key).where(message_keys.c.noted_at < before)
    await db.execute(
        delete(message_keys).where(message_keys.c.key.in_(old.limit(at_most)))
    )


def _require_own_buttons(message: MessageRequest) -> None:
    taken = tuple(
        FieldProblem(field=f"body.buttons.{y}.{x}.data", detail="Begin it otherwise.")
        for y, row in enumerate(message.buttons)
        for x, button in enumerate(row)
        if menus.is_of_the_bot(button.data)
    )
    if taken:
        raise Rejected(
            "The bot's own buttons begin like that: their press is told to no workflow.",
            code="data_of_the_bot",
            errors=taken,
        )
