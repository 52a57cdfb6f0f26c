"""Who tries many keys at the console has to wait."""

from pathlib import Path

from gateway.console.tries import AT_MOST
from tests.gateway.console.house import ADMIN, open_console, words


async def test_after_many_wrong_keys_even_the_right_one_waits(tmp_path: Path):
    async with open_console(tmp_path) as console, console.browser() as browser:
        wrong = [
            (await browser.post("/sign-in", key=f"wrong-{number}")).status_code
            for number in range(AT_MOST)
        ]
        late = await browser.post("/sign-in", key=ADMIN)

    assert set(wrong) == {401}
    assert late.status_code == 429
    assert int(late.headers["retry-after"]) > 200
    assert "wrong keys came from your address" in words(late)
