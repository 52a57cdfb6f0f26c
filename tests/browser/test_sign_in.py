"""Signing in and out, in a browser."""

import pytest

from tests.browser.conftest import ADMIN, READER
from tests.browser.tab import Browsers, Tab

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


async def test_a_wrong_key_is_refused_and_the_right_one_opens(browsers: Browsers):
    tab = await browsers.open()
    await tab.go("/reports")

    await tab.sign_in("a-key-that-nobody-has-given-out")
    await tab.sees("This key is not known")
    refused = [error for error in tab.errors if "401" in error]
    tab.errors.clear()
    await tab.page.get_by_label("API key").fill(ADMIN)
    await tab.page.keyboard.press("Enter")
    await tab.sees("Needs you")

    assert len(refused) == 1
    cookies = await tab.page.context.cookies()
    assert [(c["name"], c["httpOnly"], c["sameSite"]) for c in cookies] == [
        ("etm_console", True, "Strict")
    ]
    assert ADMIN not in await tab.page.content()
    assert ADMIN not in tab.page.url


async def test_after_signing_out_the_back_button_shows_nothing(admin: Tab):
    await admin.go("/reports")
    await admin.press("Sign out")
    await admin.sees("You are signed out.")

    await admin.page.go_back()

    await admin.sees("API key")
    assert "Müller" not in await admin.words()


async def test_a_reader_sees_why_his_buttons_are_dead(browsers: Browsers):
    tab = await browsers.open()
    await tab.sign_in(READER)
    await tab.go("/reports?status=failed")
    await tab.page.get_by_role("link", name="Boulangerie Roth").click()

    retry = tab.page.get_by_role("button", name="Retry…")

    assert await retry.is_disabled()
    await tab.sees("may only look")


async def test_another_sites_form_presses_nothing(admin: Tab):
    """A page of another origin that knows the address, while the admin is signed in."""
    page = await admin.page.context.new_page()
    await page.goto("data:text/html,<form method=post><button>go</button></form>")
    await page.evaluate(
        "url => { document.forms[0].action = url }", f"{admin.url}/sign-out"
    )
    await page.get_by_role("button").click()
    await page.get_by_text("not sent by a page of the console").wait_for()
    await page.close()

    await admin.go("/")

    await admin.sees("Needs you")


async def test_every_page_can_be_used_by_keyboard_alone(admin: Tab):
    await admin.go("/")
    await admin.page.keyboard.press("Tab")
    first = await admin.page.evaluate("document.activeElement.textContent")
    await admin.page.keyboard.press("Enter")
    inside = await admin.page.evaluate("document.activeElement.id")
    outline = await admin.page.evaluate(
        "() => { const a = document.querySelector('nav a'); a.focus({focusVisible: true});"
        " return getComputedStyle(a).outlineStyle }"
    )

    assert (first, inside, outline) == ("To the content", "main", "solid")
