"""Sessions end."""

from chassis.auth import parse_keys
from gateway.console.sessions import IDLE_S, MOST, Sessions

KEY = "k" * 20


class Clock:
    """Shows the time that it is set to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_session_ends_when_nobody_has_used_it_for_long():
    clock = Clock()
    sessions = Sessions(parse_keys(f"admin={KEY}"), clock)
    token = sessions.open(KEY) or ""

    clock.now += IDLE_S - 1
    used = sessions.visitor(token)
    clock.now += IDLE_S - 1
    used_again = sessions.visitor(token)
    clock.now += IDLE_S + 1

    assert used == used_again
    assert used is not None
    assert used.name == "admin"
    assert sessions.visitor(token) is None


def test_a_page_that_refreshes_itself_keeps_no_session_alive():
    clock = Clock()
    sessions = Sessions(parse_keys(f"admin={KEY}"), clock)
    token = sessions.open(KEY) or ""

    for _ in range(3):
        clock.now += IDLE_S / 2 - 1
        last = sessions.visitor(token, by_hand=False)

    assert last is None


def test_the_session_unused_for_longest_makes_room():
    clock = Clock()
    sessions = Sessions(parse_keys(f"admin={KEY}"), clock)
    tokens = []
    for _ in range(MOST + 1):
        clock.now += 1
        tokens.append(sessions.open(KEY) or "")

    assert sessions.visitor(tokens[0]) is None
    assert all(sessions.visitor(token) for token in tokens[1:])


def test_a_removed_key_opens_nothing():
    before = Sessions(parse_keys(f"admin={KEY}; other={'o' * 20}"))
    token = before.open(KEY) or ""

    after = Sessions(parse_keys(f"other={'o' * 20}"))

    assert (after.open(KEY), after.visitor(token)) == (None, None)
