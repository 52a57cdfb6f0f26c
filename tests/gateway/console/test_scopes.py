"""What each key may see and press."""

import pytest

from tests.gateway.console.house import (
    CLERK,
    SEARCHER,
    Browser,
    ConsoleHouse,
    words,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_reading_key_sees_and_is_told_why_it_cannot_press(
    console: ConsoleHouse, reader: Browser
):
    report = await console.failed_report()
    path = f"/reports/{report['report_id']}"

    page = await reader.see(path)
    pressed = await reader.post(f"{path}/retry")
    asked = await reader.see(f"{path}/dismiss")
    deleted = await reader.post("/documents/x/delete")

    assert page.text.count("<button disabled") == 2
    assert "may only look" in words(page)
    assert {pressed.status_code, asked.status_code, deleted.status_code} == {403}
    assert "may not change anything of the gateway" in words(pressed)
    assert (await console.house.reports(console.http))[0]["status"] == "failed"


async def test_a_key_sees_what_its_scopes_name_and_no_more(console: ConsoleHouse):
    """The gateway asks the others with its own key, which may do everything."""
    async with console.browser(SEARCHER) as searcher:
        overview = await searcher.see("/")
        search = await searcher.see("/search?q=567")
        reports = await searcher.see("/reports")
        notices = await searcher.see("/notices")

    assert (overview.status_code, search.status_code) == (200, 200)
    assert (reports.status_code, notices.status_code) == (403, 403)
    assert "Reports open" not in words(overview)
    assert "Notices queued" not in words(overview)
    assert "nextcloud" not in words(overview)
    assert "/gateway/console/reports" not in overview.text


async def test_a_key_for_reports_alone_is_shown_no_card_of_the_storage(
    console: ConsoleHouse, reader: Browser
):
    await console.house.choose_chantier()
    await console.house.jean.send_photo(console.house.jpeg(1))
    await console.house.submit()
    await console.house.until_filed(console.http)
    [report] = await console.house.reports(console.http)
    path = f"/reports/{report['report_id']}"

    async with console.browser(CLERK) as clerk:
        shown = await clerk.text(path)
        pressed = await clerk.post(f"{path}/retry")

    assert " Card " in (await reader.text(path)).partition("Steps")[0]
    assert " Card " not in shown.partition("Steps")[0]
    assert pressed.status_code == 403
