"""Who tries many keys at the console has to wait."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

from gateway.console.tries import AT_MOST
from tests.gateway.console.house import (
    ADMIN,
    ORIGIN,
    TOP,
    ConsoleHouse,
    open_console,
    words,
)


async def test_after_many_wrong_keys_even_the_right_one_waits(tmp_path: Path):
    async with open_console(tmp_path) as console, console.browser() as browser:
        wrong = [
            (await browser.post("/sign-in", key=f"wrong-{number}")).status_code
            for number in range(AT_MOST)
        ]
        late = await browser.post("/sign-in", key=ADMIN)

    assert set(wrong) == {401}
    assert late.status_code == 429
    assert int(late.headers["retry-after"]) > 200
    assert "wrong keys came from your address" in words(late)


async def test_forms_sent_side_by_side_are_no_more_tries(tmp_path: Path):
    """Each was let in while it was the first; a form that comes slowly is tried when it is complete."""
    async with open_console(tmp_path) as console:
        begun = asyncio.Barrier(AT_MOST + 5)
        answers = await asyncio.gather(
            *(_slow_try(console, begun) for _ in range(AT_MOST + 5))
        )

    assert Counter(answers) == {401: AT_MOST, 429: 5}


async def _slow_try(console: ConsoleHouse, begun: asyncio.Barrier) -> int:
    async def form() -> AsyncIterator[bytes]:
        yield b"key="
        await begun.wait()
        yield b"wrong"

    async with console.browser() as browser:
        answer = await browser.http.post(
            f"{TOP}/sign-in", content=form(), headers={"Origin": ORIGIN}
        )
    return answer.status_code
