"""How long is waited between tries."""

from chassis.patience import LONGEST_GUESS_S, Patience
from contracts.errors import RateLimited, StorageFull, Unavailable


def test_a_named_wait_is_obeyed_and_a_guessed_one_is_bounded():
    patience = Patience(first_s=1, longest_s=60)

    assert patience.pause_s(1, RateLimited("flood", retry_after_s=40)) == 40
    assert patience.pause_s(1, Unavailable("maintenance", retry_after_s=120)) == 120
    assert 0.9 <= patience.pause_s(1, Unavailable("down")) <= 1.1
    assert 54 <= patience.pause_s(5000, Unavailable("down")) <= 66


def test_a_guess_of_who_is_away_is_no_order():
    """A proxy's page of maintenance may name a day; the report is to go on once the server is back."""
    away = Unavailable("maintenance", retry_after_s=86_400)

    assert Patience().pause_s(1, away) == LONGEST_GUESS_S
    assert Patience().pause_s(1, RateLimited("flood", retry_after_s=86_400)) == 86_400


def test_the_wait_that_an_admin_set_for_a_full_nextcloud_is_kept():
    """``NEXTCLOUD_FULL_S``: it is asked again when somebody may have made room."""
    assert Patience().pause_s(1, StorageFull("full", retry_after_s=3600)) == 3600
