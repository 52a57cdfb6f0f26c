"""Asking another service without hanging: an answer in a few seconds, or the word that it is away."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from pydantic import ValidationError

from contracts.errors import ServiceError, Unavailable
from gateway.mending import FINAL

ANSWER_S = 4.0
"""A list takes milliseconds; a person waits for a page no longer than this."""

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Away:
    """A service that does not say what was asked, and why."""

    service: str
    detail: str


async def asked(
    service: str, call: Awaitable[Answer], *, wait_s: float = ANSWER_S
) -> Answer | Away:
    """
    Wait for *call* of *service*, at most *wait_s*.

    Raises:
        ServiceError: It is there, and what was asked is at fault: there is no such thing, say.
    """
    try:
        async with asyncio.timeout(wait_s):
            return await call
    except TimeoutError:
        return Away(service, f"It gave no answer within {wait_s:.0f} s.")
    except ServiceError as error:
        if error.status in FINAL:
            raise
        return Away(service, error.detail)
    except ValidationError:
        return Away(service, "It is of another version: its answer is not understood.")


async def done(service: str, call: Awaitable[Answer]) -> Answer:
    """
    Wait for what a button does.

    Raises:
        ServiceError: It was refused.
        Unavailable: The service is away.
    """
    answer = await asked(service, call)
    if isinstance(answer, Away):
        raise Unavailable(
            f"The {service} did not do it: {answer.detail} Look again, then repeat it; repeating is harmless."
        )
    return answer
