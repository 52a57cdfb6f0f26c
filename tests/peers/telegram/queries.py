"""Callback queries: a button was pressed, and the bot has not said anything yet."""

import asyncio
import secrets
from dataclasses import dataclass

from .refusals import Refused


class NoAnswer(TimeoutError):
    """The bot did not answer a pressed button in time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the one who pressed gets to see."""

    text: str | None = None
    alert: bool = False
    url: str | None = None


class Queries:
    """The open queries, by id."""

    def __init__(self) -> None:
        self._open: dict[int, asyncio.Future[Answer]] = {}

    def open(self) -> tuple[int, asyncio.Future[Answer]]:
        """A new query and what will be its answer."""
        query_id = secrets.randbits(62)
        self._open[query_id] = asyncio.get_running_loop().create_future()
        return query_id, self._open[query_id]

    def close(self, query_id: int) -> None:
        """Nobody waits any more; a later answer is refused."""
        self._open.pop(query_id, None)

    def answer(self, query_id: int, answer: Answer) -> None:
        """
        Answer a query, once.

        Raises:
            Refused: QUERY_ID_INVALID, when it is unknown, answered or too old.
        """
        waiting = self._open.pop(query_id, None)
        if waiting is None or waiting.done():
            raise Refused(400, "QUERY_ID_INVALID")
        waiting.set_result(answer)
