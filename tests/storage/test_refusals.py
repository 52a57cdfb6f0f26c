"""What Nextcloud, or what stands before it, answers when it does not do it."""

import httpx
import pytest

from chassis.patience import LONGEST_GUESS_S
from storage.refusals import refusal
from tests.peers.nextcloud import NextcloudPeer


@pytest.mark.parametrize(
    ("asked", "waited_s"),
    [
        ("30", 30),
        ("86400", LONGEST_GUESS_S),
        ("Thu, 26 Nov 2026 17:00:00 GMT", None),
        ("", None),
    ],
)
def test_wait_that_is_asked_for_is_bounded(asked: str, waited_s: float | None):
    """A provider's page asks for a day whatever it is that is down, and a report would wait for it."""
    response = httpx.Response(503, headers={"Retry-After": asked})

    error = refusal(response, b"", "PUT /remote.php/dav/files/jean/a.jpg", full_s=300)

    assert error.retry_after_s == waited_s


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            b'{"status":400,"message":"The user is not part of the board"}',
            ": The user is not part of the board",
        ),
        (
            b'{"ocs":{"meta":{"message":"Mot de passe \\u00e0 \\"10\\" signes."},"data":[]}}',
            ': Mot de passe à "10" signes',
        ),
        (b'{"message": null}', ""),
        (b'{"message": "' + b"x" * 400 + b'"}', ""),
        (b'{"message": "half', ""),
        (b"\xff", ""),
    ],
)
def test_what_nextcloud_says_is_passed_on(body: bytes, words: str):
    """Deck and OCS say in JSON what is wrong with a card, a label, a link's password."""
    error = refusal(httpx.Response(400), body, "POST /ocs/v2.php/x", full_s=300)

    assert error.detail == f"Nextcloud refuses with 400 POST /ocs/v2.php/x{words}."


async def test_proxy_that_waited_too_long_for_a_body_is_asked_again(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    """nginx gives a body 60 s between two pieces, a caller has 300: a report failed for good over a flood wait."""
    peer.faults.fail(408, method="PUT")

    answer = await storage.put("/storage/files/a/p.jpg", content=b"photo")

    assert answer.status_code == 200, answer.text
    assert peer.tree() == {"a/p.jpg": b"photo"}
