"""Notices in the console."""

import pytest

from demo.home import SAV_GROUP
from tests.gateway.console.house import Browser, ConsoleHouse, words

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def refused(console: ConsoleHouse, notice_id: str, text: str) -> None:
    """Have a workflow's notice refused by Telegram."""
    error = console.house.telegram.faults.error(
        "messages.sendMessage", 400, "CHAT_WRITE_FORBIDDEN", times=None
    )
    async with console.doors_http("notifier") as notifier:
        await notifier.put(
            f"/notifier/notices/{notice_id}?wait=10",
            json={"group": "sav", "text": text},
        )
    error.remove()


async def test_a_failed_notice_says_why_and_is_retried(
    console: ConsoleHouse, admin: Browser
):
    await refused(console, "n8n:1", "Livraison <14 h> & plus")

    listed = await admin.text("/notices?status=failed")
    page = await admin.text("/notices/n8n:1")
    pressed = await admin.post("/notices/n8n:1/retry")
    async with console.doors_http("notifier") as notifier:
        await notifier.post("/notifier/notices/n8n:1/retry?wait=10")
    after = await admin.text("/notices/n8n:1")

    assert "Livraison &lt;14 h&gt; &amp; plus failed" in listed
    assert "group sav ·" in listed
    assert f"Group sav ({SAV_GROUP})" in page
    assert "CHAT_WRITE_FORBIDDEN" in page
    assert pressed.headers["location"] == "/gateway/console/notices/n8n:1?said=retried"
    assert "State delivered" in after
    assert "Retry now" not in after


async def test_a_delivered_notice_names_the_photo_that_it_lacks(
    console: ConsoleHouse, admin: Browser
):
    lacking = {
        "group": "sav",
        "text": "Réception",
        "media": [{"path": "Docs/gone.jpg"}],
    }
    async with console.doors_http("notifier") as notifier:
        await notifier.put("/notifier/notices/n8n:3?wait=10", json=lacking)

    listed = await admin.text("/notices?status=delivered")
    page = await admin.text("/notices/n8n:3")

    assert "Réception delivered, incomplete" in listed
    assert "gone.jpg:" in listed
    assert "Missing gone.jpg" in page
    assert "Retry now" in page


async def test_a_reports_notice_leads_to_its_report(
    console: ConsoleHouse, admin: Browser
):
    await console.house.choose_chantier()
    await console.house.jean.send_photo(console.house.jpeg(1))
    await console.house.submit()
    await console.house.until_filed(console.http)
    [report] = await console.house.reports(console.http)

    listed = await admin.text("/notices?status=delivered")
    page = await admin.see(f"/notices/{report['report_id']}")

    assert "of a report" in listed
    assert f"/gateway/console/reports/{report['report_id']}" in page.text


async def test_while_the_notifier_is_away_its_page_says_so(
    console: ConsoleHouse, admin: Browser
):
    console.doors["notifier"].shut = True

    listed = await admin.text("/notices")
    one = await admin.text("/notices/x")
    pressed = await admin.post("/notices/x/retry")

    assert "The notifier does not answer." in listed
    assert "The notifier does not answer." in one
    assert pressed.status_code == 503
    assert "repeating is harmless" in words(pressed)


async def test_a_reader_cannot_retry(console: ConsoleHouse, reader: Browser):
    await refused(console, "n8n:2", "x")

    page = await reader.see("/notices/n8n:2")
    pressed = await reader.post("/notices/n8n:2/retry")

    assert "<button disabled" in page.text
    assert "may only look" in words(page)
    assert pressed.status_code == 403


async def test_unknown_and_impossible_notices(admin: Browser):
    assert (await admin.see("/notices/none")).status_code == 404
    assert (await admin.see("/notices/a%20b")).status_code == 422
    assert (await admin.see("/notices?cursor=nonsense")).status_code == 422
