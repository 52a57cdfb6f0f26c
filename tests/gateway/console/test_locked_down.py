"""What other sites, caches and frames may do with the console, and what its pages do without."""

import pytest

from tests.gateway.console.house import (
    ADMIN,
    ORIGIN,
    TOP,
    Browser,
    ConsoleHouse,
    words,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_what_lies_beside_the_style_is_not_given_out(console: ConsoleHouse):
    async with console.browser() as stranger:
        answers = [
            await stranger.see(f"/static/{path}")
            for path in ("%2e%2e/app.py", "%2e%2e/reports", "..%5capp.py", "")
        ]

    assert {answer.status_code for answer in answers} == {404}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example.org"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "same-site"},
        {"Origin": f"{ORIGIN}.example.org"},
        {"Origin": f"{ORIGIN}:8002"},
    ],
)
async def test_no_other_site_presses_a_button(
    console: ConsoleHouse, headers: dict[str, str]
):
    async with console.browser(ADMIN) as admin:
        answer = await admin.http.post(f"{TOP}/sign-out", headers=headers)
        still_in = await admin.see("/")

    assert (answer.status_code, still_in.status_code) == (403, 200)
    assert "not sent by a page of the console" in words(answer)


async def test_no_other_site_signs_somebody_in(console: ConsoleHouse):
    async with console.browser() as browser:
        answer = await browser.http.post(
            f"{TOP}/sign-in",
            data={"key": ADMIN},
            headers={"Origin": "https://evil.example.org"},
        )

    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)


async def test_every_answer_is_locked_down(console: ConsoleHouse, admin: Browser):
    async with console.browser() as stranger:
        answers = [
            await stranger.see("/"),
            await stranger.see("/sign-in"),
            await stranger.see("/static/style.css"),
            await admin.see("/"),
            await admin.see("/no-such-page"),
            await admin.http.post(f"{TOP}/sign-out"),
        ]

    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["x-frame-options"] == "DENY"


async def test_pages_are_kept_by_no_cache_and_the_style_is(admin: Browser):
    page, style = await admin.see("/"), await admin.see("/static/style.css")

    assert page.headers["cache-control"] == "no-store"
    assert style.headers["cache-control"] == "max-age=600"


async def test_no_page_needs_inline_script_or_style(admin: Browser):
    for path in ("/", "/reports", "/notices", "/documents", "/search"):
        page = (await admin.see(path)).text
        assert "style=" not in page
        assert page.count("<script") == page.count('<script src="/gateway/console/')
        assert "http-equiv" not in page
