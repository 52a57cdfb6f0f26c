"""What the admin sees at a glance."""

import asyncio
import html
import time
from pathlib import Path

import pytest

from tests.gateway.console.house import (
    ADMIN,
    Browser,
    ConsoleHouse,
    open_console,
    words,
)
from tests.waiting import WAIT_S

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_when_all_is_well_nothing_needs_anybody(
    console: ConsoleHouse, admin: Browser
):
    page = await admin.text("/")

    assert "Nothing needs you." in page
    assert page.count(" ready ") == 4
    assert "nextcloud answers" in page


async def test_all_of_a_checks_sentence_is_shown(console: ConsoleHouse, admin: Browser):
    """What follows a semicolon was left out: that search is by words alone, say."""
    async with console.doors_http("knowledge") as knowledge:
        ready = (await knowledge.get("/readyz")).json()
    sentence = ready["checks"]["model"]["detail"]

    page = await admin.text("/")

    assert "; search is lexical only" in sentence
    assert html.escape(sentence) in page


async def test_a_failed_report_is_on_top_until_it_is_dismissed(
    console: ConsoleHouse, admin: Browser
):
    report = await console.failed_report()
    red = await admin.text("/")

    await admin.post(f"/reports/{report['report_id']}/dismiss", reason="refait")
    calm = await admin.text("/")

    assert "A report failed: Fin de chantier, Müller" in red
    assert "1 Reports failed" in red
    assert "GET /gateway/reports" not in red, "a page is no route"
    assert "Nothing needs you." in calm
    assert "0 Reports failed" in calm


async def test_a_dismissed_report_lets_its_notice_rest(
    console: ConsoleHouse, admin: Browser
):
    """The gateway no longer counted it, the notifier did for ever."""
    jean = console.house.jean
    await console.house.choose_chantier()
    await jean.send_photo(console.house.jpeg(1))
    await jean.sees("1 photo reçue")
    error = console.house.telegram.faults.error(
        "messages.sendMessage", 400, "CHAT_WRITE_FORBIDDEN", times=None
    )
    await jean.press("Envoyer")
    await jean.sees("le groupe n'a pas pu être prévenu")
    error.remove()
    [report] = await console.house.reports(console.http)
    red = await admin.text("/")

    await admin.post(f"/reports/{report['report_id']}/dismiss", reason="refait")
    calm = await admin.text("/")

    assert "A report failed" in red
    assert "A notice was not delivered" not in red
    assert "1 Notices failed" in red
    assert "Nothing needs you." in calm
    assert "0 Notices failed" in calm


@pytest.mark.parametrize(
    ("name", "port"), [("storage", 8002), ("knowledge", 8003), ("notifier", 8004)]
)
async def test_a_service_that_is_away_is_named_and_the_rest_is_shown(
    console: ConsoleHouse, admin: Browser, name: str, port: int
):
    console.doors[name].shut = True

    page = await admin.text("/")

    assert (
        f"The {name} does not answer 127.0.0.1:{port} is not reached (ConnectError)"
        in page
    )
    assert "Start it, or read in its log why it ended." in page
    assert f"{name} away" in page
    assert "gateway not ready" in page
    assert "Reports open" in page


async def test_a_service_that_refuses_the_gateways_key_is_told_apart(
    tmp_path: Path,
):
    async with (
        open_console(tmp_path, others_key="o" * 40) as console,
        console.browser(ADMIN) as admin,
    ):
        page = await admin.text("/")

    assert "The knowledge does not answer 127.0.0.1:8003 answers 401" in page
    assert "SERVICE_KEY of the gateway has to be one of the API_KEYS" in page


async def test_a_nextcloud_that_is_away_is_said_by_storage_with_what_to_do(
    console: ConsoleHouse, admin: Browser
):
    console.house.nextcloud.faults.fail(503, times=None)

    page = await admin.text("/")

    assert "The storage is not ready: nextcloud" in page
    assert "reports wait for it and are filed by themselves" in page


@pytest.mark.slow
async def test_services_that_hang_are_waited_for_together_and_briefly(
    console: ConsoleHouse, admin: Browser
):
    for door in console.doors.values():
        door.wait_s = 60

    began = time.monotonic()
    page = await admin.text("/")
    took_s = time.monotonic() - began

    assert page.count("gives no answer within 6 s") == 6
    assert took_s < 12, "one after the other"


async def test_a_notice_that_no_report_stands_behind_needs_somebody(
    console: ConsoleHouse, admin: Browser
):
    """A report's own is told of as the report; this one is a workflow's."""
    notice = {"group": "sav", "text": "<b>fermé</b>"}
    error = console.house.telegram.faults.error(
        "messages.sendMessage", 400, "CHAT_WRITE_FORBIDDEN", times=None
    )
    async with console.doors_http("notifier") as notifier:
        await notifier.put("/notifier/notices/n8n-1?wait=10", json=notice)
        red = await admin.text("/")
        error.remove()
        await admin.post("/notices/n8n-1/retry")
        await notifier.put("/notifier/notices/n8n-1?wait=10", json=notice)
    calm = await admin.text("/")

    assert "A notice was not delivered" in red
    assert "Notices failed" in red
    assert "A notice was not delivered" not in calm


async def test_a_document_that_could_not_be_read_needs_somebody(
    console: ConsoleHouse, admin: Browser
):
    async with console.doors_http("knowledge") as knowledge:
        queued = await knowledge.put(
            "/knowledge/documents/broken",
            content=b"%PDF-1.7 nonsense",
            headers={"Content-Type": "application/pdf"},
        )
        async with asyncio.timeout(WAIT_S):
            while (await knowledge.get(queued.headers["Location"])).json()[
                "status"
            ] != "failed":
                await asyncio.sleep(0.02)
        red = await admin.text("/")
        jobs = (await knowledge.get("/knowledge/jobs?attention=true")).json()["items"]
        job = f"/jobs/{jobs[0]['job_id']}"
        offered = await admin.text(job)
        asked = await admin.text(f"{job}/dismiss")
        await admin.post(f"{job}/dismiss", reason="illisible")
    calm = await admin.text("/")

    assert "Dismiss…" in offered
    assert "Let this document rest?" in asked
    assert "failed, dismissed" in await admin.text(job)
    assert "A document could not be indexed: broken" in red
    assert "could not be indexed" not in calm


async def test_a_notice_that_lacks_a_photo_is_listed_with_its_retry(
    console: ConsoleHouse, admin: Browser, reader: Browser
):
    lacking = {
        "group": "sav",
        "text": "Réception",
        "media": [{"path": "Docs/gone.jpg"}],
    }
    async with console.doors_http("notifier") as notifier:
        await notifier.put("/notifier/notices/n8n-2?wait=10", json=lacking)

    red = await admin.see("/")
    read = await reader.see("/")
    listed = await admin.text("/notices?status=attention")
    await admin.post("/notices/n8n-2/dismiss", reason="sans photo")
    calm = await admin.text("/")

    assert "A notice lacks 1 of its photos or files" in words(red)
    assert "gone.jpg:" in words(red)
    assert "1 Notices incomplete" in words(red)
    assert 'action="/gateway/console/notices/n8n-2/retry"' in red.text
    assert "n8n-2/retry" not in read.text
    assert "Réception delivered, incomplete" in listed
    assert "A notice lacks" not in calm
    assert "0 Notices incomplete" in calm
