"""Durable work over its own restarts."""

import asyncio

import pytest

from chassis.locks import AlreadyRunning
from chassis.moving import NotMoved
from contracts.errors import NotFound, ServiceError, Unavailable
from gateway.durable import JSON, DurableWork, require_ended, work_id
from tests.gateway.works import durable_work, opened


async def test_work_started_twice_is_done_once(tmp_path):
    runs: list[str] = []
    work = durable_work(tmp_path)

    async def file_report(report: str) -> str:
        async def upload() -> str:
            runs.append(report)
            return f"{report} filed"

        return await work.step("upload", upload)

    async with opened(tmp_path, "file_report", file_report, work):
        await work.start("file_report", "r1", "r1")
        await work.start("file_report", "r1", "r1")

        assert await work.result("r1") == "r1 filed"
    assert runs == ["r1"]


async def test_a_correction_is_work_of_its_own(tmp_path):
    texts: list[str] = []

    async def announce(text: str) -> None:
        texts.append(text)

    async with opened(tmp_path, "announce", announce) as work:
        await work.start("announce", work_id("r1"), "6 photos")
        await work.start("announce", work_id("r1", 2), "7 photos")
        await work.result(work_id("r1"))
        await work.result(work_id("r1", 2))

    assert sorted(texts) == ["6 photos", "7 photos"]


async def test_a_step_outlasts_an_outage_and_reports_each_failure(tmp_path):
    answers: list[str | ServiceError] = [Unavailable("down"), Unavailable("down"), "up"]
    failures: list[tuple[int, str]] = []
    work = durable_work(tmp_path)

    async def call() -> str:
        answer = answers.pop(0)
        if isinstance(answer, ServiceError):
            raise answer
        return answer

    async def note(attempt: int, error: ServiceError) -> None:
        failures.append((attempt, error.detail))

    async def file_report() -> str:
        return await work.step("upload", call, on_failure=note)

    async with opened(tmp_path, "file_report", file_report, work):
        await work.start("file_report", "r1")

        assert await work.result("r1") == "up"
    assert failures == [(1, "down"), (2, "down")]


async def test_a_step_outlasts_what_nobody_foresaw(tmp_path):
    """Its own database locked by a backup, say, also while the failure is noted."""
    answers: list[str | Exception] = [OSError("disk full"), KeyError("a bug"), "up"]
    notes: list[str | Exception] = [OSError("disk full"), "noted"]
    failures: list[str] = []
    work = durable_work(tmp_path)

    async def call() -> str:
        return _next_of(answers)

    async def note(_attempt: int, error: ServiceError) -> None:
        failures.append(error.code)
        _next_of(notes)

    async def file_report() -> str:
        return await work.step("upload", call, on_failure=note)

    async with opened(tmp_path, "file_report", file_report, work):
        await work.start("file_report", "r1")

        assert await work.result("r1") == "up"
    assert failures == ["unforeseen", "unforeseen"]


def _next_of(answers: list[str | Exception]) -> str:
    answer = answers.pop(0)
    if isinstance(answer, Exception):
        raise answer
    return answer


async def test_a_failure_that_no_try_changes_ends_the_step_with_our_own_error(tmp_path):
    work = durable_work(tmp_path)

    async def call() -> str:
        raise NotFound("no such board")

    async def file_report() -> str:
        try:
            return await work.step("card", call)
        except NotFound as error:
            return error.detail

    async with opened(tmp_path, "file_report", file_report, work):
        await work.start("file_report", "r1")

        assert await work.result("r1") == "no such board"


async def test_interrupted_work_goes_on_after_the_last_step_that_ended(tmp_path):
    begun = asyncio.Event()
    steps: list[str] = []

    def report_filing(work: DurableWork, *, nextcloud_answers: bool):
        async def upload() -> str:
            steps.append("upload")
            return "uploaded"

        async def card() -> str:
            begun.set()
            if not nextcloud_answers:
                await asyncio.Event().wait()
            steps.append("card")
            return "card"

        async def file_report() -> JSON:
            return [await work.step("upload", upload), await work.step("card", card)]

        return file_report

    first = durable_work(tmp_path)
    filing = report_filing(first, nextcloud_answers=False)
    async with opened(tmp_path, "file_report", filing, first):
        await first.start("file_report", "r1")
        await begun.wait()

    second = durable_work(tmp_path)
    filing = report_filing(second, nextcloud_answers=True)
    async with opened(tmp_path, "file_report", filing, second):
        assert await second.result("r1") == ["uploaded", "card"]
    assert steps == ["upload", "card"]


async def test_a_second_process_on_the_same_file_is_refused(tmp_path):
    async def nothing() -> None: ...

    async with opened(tmp_path, "nothing", nothing):
        with pytest.raises(AlreadyRunning):
            await durable_work(tmp_path).open()


async def test_a_service_with_work_under_way_is_not_moved(tmp_path):
    async def wait_for_nextcloud() -> None:
        await asyncio.Event().wait()

    require_ended(tmp_path)
    async with opened(tmp_path, "wait", wait_for_nextcloud) as work:
        await work.start("wait", "r1")

    with pytest.raises(NotMoved, match="1 works are under way"):
        require_ended(tmp_path)


async def test_a_service_whose_work_has_ended_is_moved(tmp_path):
    async def nothing() -> None: ...

    async with opened(tmp_path, "nothing", nothing) as work:
        await work.start("nothing", "r1")
        await work.result("r1")

    require_ended(tmp_path)


async def test_threads_of_the_loop_still_work_after_close(tmp_path):
    async def nothing() -> None: ...

    async with opened(tmp_path, "nothing", nothing) as work:
        await work.start("nothing", "r1")
        await work.result("r1")

    assert await asyncio.to_thread(lambda: "alive") == "alive"
