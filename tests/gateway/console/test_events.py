"""What no workflow has taken, on the overview."""

from pathlib import Path

from tests.gateway.console.house import ADMIN, READER, open_console, words
from tests.gateway.test_webhooks import file_one
from tests.gateway.webhook_peer import WebhookPeer, told


async def test_events_that_were_refused_are_on_top_until_they_are_told(tmp_path: Path):
    peer = WebhookPeer(failures=2, status=410)
    async with (
        open_console(tmp_path, **told(peer)) as console,
        console.browser(ADMIN) as admin,
        console.browser(READER) as reader,
    ):
        await file_one(console.house)
        await console.house.until_told(2)
        red, looked_at = await admin.see("/"), await reader.see("/")
        await reader.post("/events/retry")
        refused = len(peer.calls)

        pressed = await admin.post("/events/retry")
        await console.house.until(lambda: len(peer.calls) == 4)
        await console.house.until_told(2)
        calm = await admin.see(pressed.headers["location"].partition("console")[2])

    assert "2 events did not reach a workflow" in words(red)
    assert "n8n.example.org: webhook answered 410" in words(red)
    assert "/hook" not in red.text
    assert "/events/retry" in red.text
    assert "/events/retry" not in looked_at.text
    assert refused == 2
    assert "The events are being told again." in words(calm)
    assert "Nothing needs you." in words(calm)
