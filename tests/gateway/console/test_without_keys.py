"""Without ``API_KEYS`` the console is as open as the routes: to this machine, and to no rebound name."""

from pathlib import Path

from tests.gateway.console.house import TOP, open_console


async def test_without_keys_nobody_signs_in_and_only_loopback_looks(tmp_path: Path):
    async with open_console(tmp_path, keys="") as console, console.browser() as browser:
        overview = await browser.see("/")
        sign_in = await browser.see("/sign-in")
        rebound = await browser.see("/", Host="evil.example.org")
        elsewhere = await browser.http.post(
            f"{TOP}/documents/x/delete", headers={"Origin": "https://evil.example.org"}
        )

    assert overview.status_code == 200
    assert "Sign out" not in overview.text
    assert sign_in.headers["location"] == f"{TOP}/"
    assert (rebound.status_code, elsewhere.status_code) == (403, 403)
