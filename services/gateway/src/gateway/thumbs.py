"""👍 and 👎 under the help on a fault: each counts once, and knowledge learns of it whenever it is back."""

import logging
from contextlib import suppress
from functools import partial

from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.telegram import ButtonPress, TelegramSession
from contracts.errors import ServiceError
from contracts.knowledge import Feedback
from contracts.knowledge_client import KnowledgeClient
from gateway import helps, menus, texts
from gateway.durable import JSON, DurableWork
from gateway.helps import Help
from gateway.mending import mendable
from gateway.menus import Press, Verb
from gateway.replies import Reply
from gateway.turns import TurnKeeper

logger = logging.getLogger(__name__)

_THUMBS = (Verb.USEFUL, Verb.USELESS, Verb.THANKED)


class Thumbs:
    """The first thumb of a report stands: it is durable work before the person is thanked."""

    def __init__(
        self,
        engine: AsyncEngine,
        session: TelegramSession,
        keeper: TurnKeeper,
        work: DurableWork,
        knowledge: KnowledgeClient | None,
    ) -> None:
        self._engine = engine
        self._session = session
        self._keeper = keeper
        self._work = work
        self._knowledge = knowledge
        work.add("thumb", self._bring)

    @staticmethod
    def are_pressed(press: ButtonPress) -> bool:
        """Whether a button is one of these."""
        return Press.parse(press.data).verb in _THUMBS

    async def take(self, press: ButtonPress) -> None:
        """Take a thumb; harmless when it comes again, and of no matter to the report that is being made."""
        pressed = Press.parse(press.data)
        shown = await self._help(press, pressed.of)
        if shown is None:
            await self._say(press, texts.STALE)
            return
        if pressed.verb != Verb.THANKED:
            is_useful = pressed.verb == Verb.USEFUL
            id_ = f"{shown.report_id}-thumb"
            await self._work.start("thumb", id_, shown.search_id, is_useful)
        await self._say(press, texts.THANKS)
        thanks = Reply(shown.text, menus.thanked(shown.report_id), press.message_id)
        await self._keeper.answer(press.chat_id, f"thumb:{shown.report_id}", thanks)

    async def _help(self, press: ButtonPress, report_id: str) -> Help | None:
        async with self._engine.connect() as db:
            shown = await helps.of_report(db, report_id)
        return (
            shown if shown and shown.text and shown.chat_id == press.chat_id else None
        )

    async def _say(self, press: ButtonPress, word: str) -> None:
        with suppress(ServiceError):  # the spinner ends by itself
            await self._session.answer_press(press.query_id, word)

    async def _bring(self, search_id: JSON, is_useful: JSON) -> JSON:
        assert isinstance(search_id, str)
        feedback = Feedback(search_id=search_id, useful=bool(is_useful))
        try:
            await self._work.step("feedback", partial(self._tell, feedback))
        except ServiceError as error:  # knowledge has lost the search: nothing to learn
            logger.info("thumb refused: %s", error.detail)
            return False
        return True

    async def _tell(self, feedback: Feedback) -> None:
        if self._knowledge is None:
            return
        with mendable():
            await self._knowledge.feedback(feedback)
