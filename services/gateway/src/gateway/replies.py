"""
What an update was answered.

An answer is written in the transaction that changes what the update changes, and sent afterwards. An update that
comes twice finds its answer written and changes nothing again; a `random_id` made from the answer's key lets
Telegram itself refuse a second copy.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, desc, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis.patience import Patience
from chassis.tasks import stop
from chassis.telegram import Button, TelegramSession
from chassis.telegram.messages import Buttons
from contracts.errors import RateLimited, ServiceError
from gateway import database
from gateway.database import replies

REFUSAL = "refusal:"
"""How the cause of a refusal begins; a person's id follows."""


@dataclass(frozen=True)
class Reply:
    """A new message, or the new text of the message whose id ``edits`` is."""

    text: str
    buttons: Buttons = ()
    edits: int | None = None


async def plan(
    db: AsyncConnection, chat_id: int, cause: str, answer: Sequence[Reply]
) -> None:
    """Write down the answer to *cause*; the first one stands."""
    for place, reply in enumerate(answer):
        row = {
            "cause": cause,
            "place": place,
            "chat_id": chat_id,
            "edits": reply.edits,
            "text": reply.text,
            "buttons": [[(b.label, b.data) for b in line] for line in reply.buttons],
            "planned_at": datetime.now(UTC),
        }
        await database.add_once(db, replies, row)


async def is_answered(db: AsyncConnection, cause: str) -> bool:
    query = select(replies.c.cause).where(replies.c.cause == cause).limit(1)
    return (await db.execute(query)).first() is not None


async def edited_buttons(
    db: AsyncConnection, chat_id: int, message_id: int
) -> tuple[str, ...] | None:
    """What the buttons say that a message's last edit left it; ``None`` where it was never edited."""
    query = (
        select(replies.c.buttons)
        .where(replies.c.chat_id == chat_id, replies.c.edits == message_id)
        .order_by(desc(replies.c.planned_at))
    )
    row = (await db.execute(query.limit(1))).one_or_none()
    return tuple(data for line in row.buttons for _, data in line) if row else None


async def forget(db: AsyncConnection, before: datetime, *, at_most: int) -> None:
    """Drop answers too old for their update to come again; nobody is refused twice, however late."""
    old = (
        select(replies.c.cause)
        .where(replies.c.planned_at < before, replies.c.sent)
        .where(replies.c.cause.not_like(f"{REFUSAL}%"))
        .limit(at_most)
    )
    await db.execute(delete(replies).where(replies.c.cause.in_(old), replies.c.sent))


class ReplySender:
    """Sends what was planned."""

    def __init__(self, engine: AsyncEngine, session: TelegramSession) -> None:
        self._engine = engine
        self._session = session
        self._left: asyncio.Task[None] | None = None

    async def send(self, cause: str) -> None:
        """
        Send the answer to *cause*, what of it is not sent yet.

        Raises:
            ServiceError: Telegram cannot be reached for now.
        """
        await self._send(replies.c.cause == cause)

    async def send_all(self, chat_id: int) -> None:
        """
        Send what of a chat's answers is not sent yet.

        Raises:
            ServiceError: Telegram cannot be reached for now.
        """
        await self._send(replies.c.chat_id == chat_id)

    async def _send(self, which: ColumnElement[bool]) -> None:
        for row in await self._unsent(which):
            reply = Reply(row.text, _buttons(row.buttons), row.edits)
            await self._deliver(row.chat_id, f"{row.cause}/{row.place}", reply)
            async with self._engine.begin() as db:
                await db.execute(
                    update(replies)
                    .where(replies.c.cause == row.cause, replies.c.place == row.place)
                    .values(sent=True)
                )

    def open(self) -> None:
        """Send what a stop left unsent, as soon as Telegram answers."""
        self._left = asyncio.create_task(Patience().until_sure(self._send_left))

    async def close(self) -> None:
        await stop([self._left])

    async def _send_left(self) -> None:
        """Try each; one that Telegram fails at keeps no other back."""
        failure: ServiceError | None = None
        unsent = await self._unsent(true())
        for cause in dict.fromkeys(row.cause for row in unsent):
            try:
                await self.send(cause)
            except RateLimited:
                raise  # a wait that counts for all
            except ServiceError as error:
                failure = error
        if failure is not None:
            raise failure

    async def _unsent(self, condition: ColumnElement[bool]) -> Sequence[Row[Any]]:
        query = (
            select(replies)
            .where(condition, replies.c.sent.is_(False))
            .order_by(replies.c.planned_at, replies.c.place)
        )
        async with self._engine.connect() as db:
            return (await db.execute(query)).all()

    async def _deliver(self, chat_id: int, key: str, reply: Reply) -> None:
        try:
            await show(self._session, chat_id, key, reply)
        except ServiceError as error:
            if error.retryable:
                raise
            if reply.edits is not None:  # the message to edit is gone
                await self._deliver(chat_id, key, replace(reply, edits=None))
            # Else the person has blocked the bot: nobody is left to answer.


async def show(
    session: TelegramSession, chat_id: int, key: str, reply: Reply
) -> int | None:
    """
    Put a reply into a chat, once for each *key*.

    Returns:
        The message's id, where Telegram tells it.
    """
    if reply.edits is None:
        return await session.send_text(
            chat_id, reply.text, key=key, buttons=reply.buttons
        )
    await session.edit_text(chat_id, reply.edits, reply.text, buttons=reply.buttons)
    return reply.edits


def _buttons(rows: Sequence[Sequence[Sequence[str]]]) -> Buttons:
    return tuple(
        tuple(Button(label, payload) for label, payload in line) for line in rows
    )
