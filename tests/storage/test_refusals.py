"""What Nextcloud, or what stands before it, answers when it does not do it."""

import httpx
import pytest

from chassis.patience import LONGEST_GUESS_S
from storage.refusals import refusal


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
