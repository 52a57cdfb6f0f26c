"""What the admin presses, and what becomes of it."""

import httpx
import pytest

from tests.browser.conftest import ADMIN, failed
from tests.browser.tab import Tab
from tests.together.house import House
from tests.together.story import technician
from tests.waiting import WAIT_S

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

NASTY = "<script>alert(document.cookie)</script> <img src=x onerror=alert(1)> \"'&amp; {{7*7}} "
MANUAL = """# Keba P30

## Codes

| Code | Cause | Que faire |
|---|---|---|
| 7H04 | Câble de charge non reconnu | Débrancher, attendre dix secondes, rebrancher |
"""


async def report_page(tab: Tab, client: str) -> None:
    """From the overview to the report, as a person would."""
    await tab.go("/")
    await tab.page.get_by_role("link", name=client).first.click()
    await tab.sees("What the technician wrote")


async def test_a_failed_report_is_retried_and_the_page_shows_it_filed(
    house: House, admin: Tab
):
    hans = technician(house, "Vogt", "Schreiner")
    await failed(house, hans)
    await report_page(admin, "Schreiner")

    await admin.press("Retry…")
    await admin.sees("Try this report again?")
    await admin.press("Retry")
    await admin.sees("It is being tried again.")
    # By itself: nobody loads the page again.
    await admin.page.locator("#report .badge", has_text="filed").wait_for(
        timeout=WAIT_S * 1000
    )

    assert "Rapport enregistré" in (await hans.receipt()).text
    assert len(hans.files()) == 1
    assert len(hans.cards()) == 1
    assert "/apps/deck/" in await admin.page.content()


async def test_a_failed_report_is_dismissed_and_nothing_complains_of_it(
    house: House, admin: Tab
):
    await failed(house, technician(house, "Huber", "Gruber"))
    await report_page(admin, "Gruber")

    await admin.press("Dismiss…")
    await admin.page.get_by_label("Why does nobody").fill("refait à la main")
    await admin.press("Dismiss")
    await admin.sees("It rests.")
    await admin.sees("refait à la main")
    await admin.go("/")

    assert "Gruber" not in await admin.words()


async def test_what_a_technician_wrote_is_shown_and_never_run(house: House, admin: Tab):
    eve = technician(house, "<b>Eve</b>", "O'Neil & <i>Fils")
    caption = (NASTY + "🔥" * 1000)[:1000]
    await failed(house, eve, caption)
    await admin.go("/reports?status=failed")
    overflow_px = await admin.overflow_px()
    await admin.page.get_by_role("link", name="O'Neil").first.click()
    await admin.sees("What the technician wrote")

    words = await admin.words()

    assert NASTY.strip() in words
    assert "<b>Eve</b>" in words
    assert words.count("🔥") > 800
    assert (overflow_px, await admin.overflow_px()) == (0, 0)
    assert await admin.page.locator("main script, main img, main b").count() == 0

    await admin.press("Retry…")
    await admin.press("Retry")
    await eve.receipt()


async def test_an_uploaded_document_is_found_by_the_test_search(admin: Tab):
    await admin.go("/documents")
    await admin.page.get_by_label("Title").fill("Keba P30")
    await admin.page.get_by_label("Tags").fill("marque:Keba")
    await admin.page.get_by_label("File").set_input_files(
        {"name": "p30.md", "mimeType": "text/markdown", "buffer": MANUAL.encode()}
    )
    await admin.press("Upload")
    await admin.page.locator("#job .badge", has_text="done").wait_for(timeout=60_000)
    await admin.press("Try a question")
    await admin.page.get_by_label("The question").fill("keba 7h04")
    await admin.press("Ask")

    await admin.sees("Confident.")
    await admin.sees("Débrancher, attendre dix secondes")
    await admin.page.get_by_role("link", name="Keba P30").first.click()
    await admin.press("Delete…")
    await admin.press("Delete")
    await admin.sees("The document is deleted")
    assert "Keba P30" not in await admin.words()


async def test_a_service_killed_while_looking_is_named_and_the_rest_goes_on(
    house: House, admin: Tab
):
    await admin.go("/notices")
    await admin.sees("Alerte SAV")

    await house.stack["notifier"].kill()
    try:
        # By itself: nobody loads the page again.
        await admin.sees("The notifier does not answer.")
        await admin.go("/")
        await admin.sees("The notifier does not answer")
        await admin.sees("Start it, or read in its log why it ended.")
        await admin.picture("overview-away")
        await admin.go("/reports")
        await admin.sees("Boulangerie Roth")
    finally:
        await house.stack["notifier"].start()
        await house.stack["notifier"].answers()
    await admin.go("/notices")
    await admin.sees("Alerte SAV")


async def test_a_gateway_that_was_started_again_asks_for_the_key(
    house: House, admin: Tab
):
    await admin.go("/reports")
    async with httpx.AsyncClient(base_url=house.stack.urls["gateway"]) as http:
        before = await http.get("/gateway/reports", headers={"X-API-Key": ADMIN})

    await house.stack["gateway"].stop()
    await admin.sees("Not refreshed: the gateway does not answer.")
    await house.stack["gateway"].start()
    await house.stack["gateway"].answers()
    await admin.go("/reports")

    await admin.sees("API key")
    assert before.status_code == 200
    # The page has tried to refresh itself meanwhile.
    admin.errors[:] = [e for e in admin.errors if "ERR_CONNECTION" not in e]


async def test_what_is_marked_to_be_copied_stays_marked(admin: Tab):
    """The page refreshes itself each ten seconds, and took the marks away."""
    await admin.go("/reports")
    await admin.page.evaluate(
        "() => { const part = document.getElementById('reports'); part.dataset.old = 'yes';"
        " document.getSelection().selectAllChildren(part.querySelector('.row')) }"
    )
    marked = "() => document.getSelection().toString()"
    before = await admin.page.evaluate(marked)

    for _ in range(2):  # when the second one comes, what the first brought is in place
        await admin.page.wait_for_event("response", timeout=WAIT_S * 1000)
    still = await admin.page.evaluate(marked)
    await admin.page.evaluate("() => document.getSelection().empty()")
    await admin.page.wait_for_function(
        "() => !document.getElementById('reports').dataset.old",
        timeout=WAIT_S * 1000,
    )

    assert "chantier" in before or "SAV" in before
    assert still == before
