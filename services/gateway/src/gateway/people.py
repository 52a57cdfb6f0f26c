"""Who may talk to the bot: members of a configured group, and people listed by the admin."""

import logging
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.telegram import TelegramSession
from contracts.errors import ServiceError
from gateway import database
from gateway.database import people

logger = logging.getLogger(__name__)


class Doorkeeper:
    """
    Decides by membership, which the session remembers for a minute.

    Args:
        engine: Keeps who was admitted, for when Telegram does not say.
        session: Knows who is in a group.
        groups: Chat ids whose members may talk.
        users: Ids that may talk in any case.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        session: TelegramSession,
        groups: Collection[int],
        users: Collection[int],
    ) -> None:
        self._engine = engine
        self._session = session
        self._groups = groups
        self._users = users

    async def admits(self, user_id: int) -> bool:
        """
        Say whether *user_id* may talk.

        Raises:
            ServiceError: Telegram does not say, and he was not admitted before.
        """
        was_admitted = await self._was_admitted(user_id)
        try:
            admitted = await self._is_admitted(user_id)
        except ServiceError:
            if not was_admitted:
                raise
            return True
        if admitted != was_admitted:
            async with self._engine.begin() as db:
                row = {"user_id": user_id, "admitted": admitted}
                await database.put(db, people, row)
        return admitted

    def is_group(self, chat_id: int) -> bool:
        """Whether a chat is one of the configured groups."""
        return chat_id in self._groups

    async def _is_admitted(self, user_id: int) -> bool:
        if user_id in self._users:
            return True
        errors = []
        for group in self._groups:
            try:
                if await self._session.is_member(group, user_id):
                    return True
            except ServiceError as error:
                errors.append(error)
                logger.warning("membership unknown: %s", error.detail)
        if any(error.retryable for error in errors):
            raise errors[0]
        return False

    async def _was_admitted(self, user_id: int) -> bool:
        query = select(people.c.admitted).where(people.c.user_id == user_id)
        async with self._engine.connect() as db:
            return bool((await db.execute(query)).scalar_one_or_none())
