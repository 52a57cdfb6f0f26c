"""
Callback queries: a button was pressed, and the bot has not said anything yet.

Whether Telegram gives those of a bot that was away with its difference is not documented: both can be played.
"""

import asyncio
import secrets
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

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
        self._kept: defaultdict[int, list[Any]] = defaultdict(list)

    def open(self) -> tuple[int, asyncio.Future[Answer]]:
        """A new query and what will be its answer."""
        query_id = secrets.randbits(62)
        self._open[query_id] = asyncio.get_running_loop().create_future()
        return query_id, self._open[query_id]

    def keep(self, bot_id: int, query: Any) -> None:
        """Keep a query for a bot that is away, for its next difference."""
        self._kept[bot_id].append(query)

    def kept(self, bot_id: int) -> list[Any]:
        """What was kept for a bot; it is given once."""
        return self._kept.pop(bot_id, [])

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
