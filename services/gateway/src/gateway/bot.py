"""Lets people in, and hands what they send to the conversation."""

import asyncio

from chassis.patience import Patience
from chassis.telegram import IncomingMessage, TelegramSession
from chassis.telegram.messages import Arrival
from gateway import texts
from gateway.conversation import Conversation
from gateway.people import Doorkeeper
from gateway.presses import Presses
from gateway.replies import REFUSAL, Reply
from gateway.turns import TurnKeeper


class Bot:
    """The handler of the Telegram session: when it returns, an update is done with."""

    def __init__(
        self,
        session: TelegramSession,
        doorkeeper: Doorkeeper,
        keeper: TurnKeeper,
        conversation: Conversation,
        presses: Presses,
    ) -> None:
        self._session = session
        self._doorkeeper = doorkeeper
        self._keeper = keeper
        self._conversation = conversation
        self._presses = presses

    def open(self) -> None:
        """Name the bot's commands to Telegram, as soon as it answers."""
        self._naming = asyncio.create_task(
            Patience().until_done(lambda: self._session.set_commands(texts.COMMANDS))
        )

    async def close(self) -> None:
        self._naming.cancel()
        await asyncio.gather(self._naming, return_exceptions=True)

    async def receive(self, arrival: Arrival) -> None:
        """
        Take one update of a private chat; what is said in groups is not for the bot.

        Raises:
            ServiceError: Retryable: the session brings the update again.
        """
        sender = arrival.sender
        if sender is None or arrival.chat_id != sender.user_id:
            return
        if not await self._doorkeeper.admits(sender.user_id):
            cause = f"{REFUSAL}{sender.user_id}"
            await self._keeper.answer(arrival.chat_id, cause, Reply(texts.REFUSAL))
        elif isinstance(arrival, IncomingMessage):
            await self._conversation.hear(arrival)
        else:
            await self._presses.feel(arrival)
