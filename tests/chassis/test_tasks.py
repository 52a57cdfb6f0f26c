"""Tasks that do not want to end."""

import asyncio

from chassis.tasks import stop


async def test_a_task_that_swallows_a_cancellation_is_cancelled_again():
    begun = asyncio.Event()

    async def stubborn() -> None:
        begun.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await asyncio.sleep(60)

    task = asyncio.create_task(stubborn())
    await begun.wait()

    await stop([task, None])

    assert task.cancelled()
