"""How long is waited between tries."""

from chassis.patience import Patience
from contracts.errors import RateLimited, Unavailable


def test_a_named_wait_is_obeyed_and_a_guessed_one_is_bounded():
    patience = Patience(first_s=1, longest_s=60)

    assert patience.pause_s(1, RateLimited("flood", retry_after_s=40)) == 40
    assert 0.9 <= patience.pause_s(1, Unavailable("down")) <= 1.1
    assert 54 <= patience.pause_s(5000, Unavailable("down")) <= 66
