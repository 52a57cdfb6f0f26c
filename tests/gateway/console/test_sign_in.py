"""The door of the console: closed by default."""

import html
from urllib.parse import unquote, urlencode

import pytest

from tests.gateway.console.house import (
    ADMIN,
    ORIGIN,
    TOP,
    ConsoleHouse,
    words,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGES = (
    "/",
    "/reports",
    "/reports/20260325-abcdefgh",
    "/reports/20260325-abcdefgh/retry",
    "/notices",
    "/notices/x",
    "/documents",
    "/documents/x/delete",
    "/jobs/0",
    "/search?q=567",
    "/no-such-page",
    "/%2e%2e/reports",
    "/static",
)
BUTTONS = (
    "/reports/20260325-abcdefgh/retry",
    "/reports/20260325-abcdefgh/dismiss",
    "/notices/x/retry",
    "/documents",
    "/documents/x/delete",
    "/sign-out",
)


@pytest.mark.parametrize("path", PAGES)
async def test_a_stranger_is_sent_to_the_sign_in(console: ConsoleHouse, path: str):
    async with console.browser() as stranger:
        answer = await stranger.see(path)

    wanted = "" if path == "/" else f"?{urlencode({'to': unquote(path)})}"
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{TOP}/sign-in{wanted}"
    assert answer.text == ""


async def test_signing_in_leads_on_to_the_page_that_was_asked_for(
    console: ConsoleHouse,
):
    """An alarm's mail names a report; the overview was shown in its place."""
    wanted = "/search?q=Sol%C3%A9a+e34&passages=5"
    async with console.browser() as stranger:
        sent = await stranger.see(wanted)
        form = await stranger.http.get(sent.headers["location"])
        mistyped = await stranger.post("/sign-in", key="wrong", to=wanted)
        signed_in = await stranger.post("/sign-in", key=ADMIN, to=wanted)
        again = await stranger.http.get(sent.headers["location"])

    hidden = f'name="to" value="{html.escape(wanted)}"'
    assert (hidden in form.text, hidden in mistyped.text) == (True, True)
    assert f'<a href="{TOP}{html.escape(wanted)}">Open it</a>' in form.text
    assert signed_in.headers["location"] == f"{TOP}{wanted}"
    assert again.headers["location"] == f"{TOP}{wanted}"


@pytest.mark.parametrize(
    "to",
    [
        "https://example.org/",
        "//example.org/",
        "/../../etm",
        "/%2E%2e/reports",
        "javascript:alert(1)",
    ],
)
async def test_signing_in_leads_nowhere_else(console: ConsoleHouse, to: str):
    async with console.browser() as stranger:
        answer = await stranger.post("/sign-in", key=ADMIN, to=to)

    assert answer.headers["location"].startswith(f"{TOP}/")
    assert ".." not in unquote(answer.headers["location"]), "a browser goes up by both"


@pytest.mark.parametrize("path", BUTTONS)
async def test_a_strangers_buttons_do_nothing(console: ConsoleHouse, path: str):
    async with console.browser() as stranger:
        answer = await stranger.post(path)

    assert answer.headers["location"] == f"{TOP}/sign-in"


async def test_a_key_in_a_header_or_address_opens_no_page(console: ConsoleHouse):
    """A browser that was given a key for good would leave it in its history and in logs."""
    async with console.browser() as stranger:
        by_header = await stranger.see("/", **{"X-API-Key": ADMIN})
        by_address = await stranger.see(f"/?key={ADMIN}")

    assert (by_header.status_code, by_address.status_code) == (303, 303)


async def test_the_routes_beside_the_console_still_want_a_key(console: ConsoleHouse):
    async with console.browser(ADMIN) as admin:
        beside = await admin.http.get("/gateway/reports")
        alike = await admin.http.get("/gateway/consoles")
        above = await admin.http.get("/readyz")

    assert {beside.status_code, alike.status_code, above.status_code} == {401}


async def test_a_right_key_signs_in_and_its_cookie_is_locked_up(console: ConsoleHouse):
    async with console.browser() as browser:
        answer = await browser.post("/sign-in", key=f" {ADMIN} ")
        overview = await browser.see("/")

    cookie = answer.headers["set-cookie"]
    assert (answer.status_code, overview.status_code) == (303, 200)
    for part in ("HttpOnly", "SameSite=strict", f"Path={TOP}"):
        assert part in cookie
    assert "Secure" not in cookie
    assert ADMIN not in cookie + overview.text


async def test_behind_https_the_cookie_is_secure(console: ConsoleHouse):
    async with console.browser() as browser:
        answer = await browser.http.post(
            f"{TOP}/sign-in",
            data={"key": ADMIN},
            headers={"Origin": ORIGIN, "X-Forwarded-Proto": "https"},
        )

    assert "Secure" in answer.headers["set-cookie"]


async def test_a_wrong_key_is_told_and_never_shown_again(console: ConsoleHouse):
    async with console.browser() as browser:
        answer = await browser.post("/sign-in", key="not-a-key-of-ours-at-all")

    assert answer.status_code == 401
    assert "This key is not known" in words(answer)
    assert "not-a-key-of-ours" not in answer.text
    assert "set-cookie" not in answer.headers


async def test_no_number_of_wrong_keys_keeps_the_right_one_out(console: ConsoleHouse):
    async with console.browser() as browser:
        for number in range(20):
            await browser.post("/sign-in", key=f"wrong-{number}")
        answer = await browser.post("/sign-in", key=ADMIN)

    assert answer.status_code == 303
    assert "etm_console" in answer.headers["set-cookie"]


async def test_signing_out_ends_the_session_everywhere(console: ConsoleHouse):
    async with console.browser(ADMIN) as browser:
        cookie = browser.http.cookies["etm_console"]
        await browser.post("/sign-out")
        async with console.browser() as thief:
            thief.http.cookies.set("etm_console", cookie)
            stolen = await thief.see("/")

        assert "etm_console" not in browser.http.cookies
    assert stolen.status_code == 303


@pytest.mark.parametrize("cookie", [b"", b"x", b"\xc3\xa9", b"\xff", b"a" * 5000])
async def test_made_up_cookies_open_nothing(console: ConsoleHouse, cookie: bytes):
    async with console.browser() as browser:
        answer = await browser.http.get(
            f"{TOP}/", headers={b"Cookie": b"etm_console=" + cookie}
        )

    assert answer.status_code == 303


async def test_a_flood_of_form_is_refused_before_it_is_read(console: ConsoleHouse):
    async with console.browser() as browser:
        answer = await browser.post("/sign-in", key="x" * 20_000)

    assert answer.status_code == 413


async def test_nobody_signs_in_with_what_is_no_form(console: ConsoleHouse):
    async with console.browser() as browser:
        answer = await browser.http.post(
            f"{TOP}/sign-in", content=b"\xff\xfe", headers={"Origin": ORIGIN}
        )

    assert answer.status_code == 422


async def test_the_console_is_not_in_the_contract(console: ConsoleHouse):
    document = (await console.http.get("/gateway/openapi.json")).json()

    assert not [path for path in document["paths"] if "console" in path]


async def test_both_spellings_of_the_address_lead_in(console: ConsoleHouse):
    answer = await console.http.get(TOP)

    assert (answer.status_code, answer.headers["location"]) == (303, f"{TOP}/")
