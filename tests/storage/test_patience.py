"""How long something is tried again, and with what pauses."""

import pytest
from tenacity import RetryCallState

from contracts.errors import Unavailable
from storage.patience import Patience


@pytest.mark.parametrize(("asked_s", "least_s"), [(3.0, 3.0), (None, 0.001)])
def test_pause_is_as_long_as_nextcloud_asks_for(asked_s: float | None, least_s: float):
    tries = Patience(20, pause_s=0.001).tries()
    failed = RetryCallState(tries, None, (), {})
    error = Unavailable("503", retry_after_s=asked_s)
    failed.set_exception((type(error), error, None))

    pause_s = tries.wait(failed)

    assert least_s <= pause_s <= least_s + 0.01
