"""Each page on a desktop and on a phone, light and dark: no sideways scrolling, nothing that axe-core finds."""

import pytest

from tests.browser.conftest import ADMIN
from tests.browser.tab import Browsers, Tab

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

PAGES = {
    "overview": "/",
    "reports": "/reports",
    "notices": "/notices",
    "documents": "/documents",
    "document": "/documents/solea-8",
    "delete": "/documents/solea-8/delete",
    "search": "/search?q=solea+e34&passages=5",
    "nothing": "/search?q=viessmann+e99",
}
LOOKS = [
    ("desktop", "light"),
    ("desktop", "dark"),
    ("phone", "light"),
    ("phone", "dark"),
]


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
async def test_every_page_fits_and_can_be_read_by_everybody(
    browsers: Browsers, size: str, scheme: str
):
    tab = await browsers.open(size, scheme)  # type: ignore[arg-type]  # parametrized
    found: dict[str, object] = {}

    await tab.go("/sign-in")
    found |= await looked_at(tab, "sign-in", size, scheme)
    await tab.sign_in(ADMIN)
    for name, path in PAGES.items():
        await tab.go(path)
        found |= await looked_at(tab, name, size, scheme)
    for name, row in {"report": "Boulangerie Roth", "filed": "Alerte SAV"}.items():
        await tab.go("/reports")
        await tab.page.get_by_role("link", name=row).first.click()
        await tab.sees("What the technician wrote")
        found |= await looked_at(tab, name, size, scheme)
    await tab.go("/notices")
    await tab.page.get_by_role("link", name="Müller").first.click()
    await tab.sees("Text")
    found |= await looked_at(tab, "notice", size, scheme)

    assert found == {}


async def looked_at(tab: Tab, name: str, size: str, scheme: str) -> dict[str, object]:
    """What is wrong with the page, by its name; leaves a picture."""
    await tab.picture(f"{name}-{size}-{scheme}")
    wrong = (await tab.overflow_px(), await tab.violations())
    return {} if wrong == (0, []) else {name: wrong}


async def test_without_script_every_page_works(browsers: Browsers):
    tab = await browsers.open(java_script_enabled=False)
    await tab.sign_in(ADMIN)

    for path, words in {
        "/": "Needs you",
        "/reports": "Boulangerie Roth",
        "/notices": "Alerte SAV",
        "/documents": "Soléa 8",
        "/search?q=solea+e34": "Confident.",
    }.items():
        await tab.go(path)
        await tab.sees(words)
