"""``Idempotency-Key``: the same key and the same body get the same answer, another body gets 422."""

import time
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import Request

from chassis.auth import caller_name
from chassis.keyed_locks import KeyedLocks
from contracts.errors import Rejected
from storage.state import State

HEADER = "Idempotency-Key"
KEEP_S = 7 * 24 * 3600.0
_MAX_LENGTH = 255
TAKES_KEY: dict[str, Any] = {
    "parameters": [
        {
            "name": HEADER,
            "in": "header",
            "required": False,
            "schema": {"type": "string", "maxLength": _MAX_LENGTH},
            "description": "The same key and body get the same answer, another body gets 422.",
        }
    ]
}
"""What a route's description says of this."""

Doing = Callable[[], Awaitable[tuple[str, str]]]
Reading = Callable[[], Awaitable[str]]


class KeptAnswers:
    """Answers by key, for a week; keys of different callers do not meet."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._locks = KeyedLocks[str]()

    async def once(self, request: Request, do: Doing, read: Reading) -> str:
        """
        Answer *request*, from memory where its key was seen.

        Args:
            request: May carry a key.
            do: Does it; gives the body's fingerprint and the answer.
            read: Reads the body for its fingerprint alone.

        Raises:
            Rejected: The key was used with another body.
        """
        given = request.headers.get(HEADER, "")
        if not given:
            return (await do())[1]
        if len(given) > _MAX_LENGTH:
            raise Rejected(
                f"{HEADER} has at most {_MAX_LENGTH} characters.", code="bad_key"
            )
        key = f"{caller_name(request.scope)} {request.url.path} {given}"
        async with self._locks.of(key):
            rows = await self._state.rows(
                "SELECT fingerprint, answer FROM answers WHERE key = ?", key
            )
            if not rows:
                return await self._kept(key, *await do())
            fingerprint, answer = rows[0]
            if await read() != fingerprint:
                raise Rejected(
                    f"This {HEADER} was used with another body; take a new one.",
                    code="idempotency_key_reused",
                )
            return str(answer)

    async def _kept(self, key: str, fingerprint: str, answer: str) -> str:
        now = time.time()
        await self._state.rows("DELETE FROM answers WHERE given_at < ?", now - KEEP_S)
        await self._state.rows(
            "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)",
            key,
            fingerprint,
            answer,
            now,
        )
        return answer
