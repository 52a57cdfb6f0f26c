import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.names import MAX_BYTES, is_safe_name, original_name, safe_name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("20260325_Müller", "20260325_Müller"),
        ("../../etc", "..／..／etc"),
        ("..", ".．"),
        (".", "．"),
        ("", "_"),
        ("a:b?", "a：b？"),
        ("Haus 3.", "Haus 3．"),
        ("con.txt", "con．txt"),
        ("NUL", "NUL_"),
        (".htaccess", "．htaccess"),
        ("plan.part", "plan．part"),
        ("line\nbreak", "line␊break"),
        (unicodedata.normalize("NFD", "Müller"), "Müller"),
    ],
)
def test_safe_name_replaces_what_nextcloud_or_windows_refuses(name, safe):
    assert safe_name(name) == safe


@given(st.text())
def test_a_safe_name_is_one_segment_that_stays_as_it_is(name):
    safe = safe_name(name)

    assert safe_name(safe) == safe
    assert is_safe_name(safe)
    assert 1 <= len(safe.encode()) <= MAX_BYTES
    assert "/" not in safe
    assert safe not in {".", ".."}
    assert not safe.endswith((".", " "))


@given(st.text(alphabet='abc\\/:*?"<>|\n\té', min_size=1, max_size=40))
def test_replacements_turn_back(name):
    stripped = name.strip()

    assert original_name(safe_name(name)) == (stripped or "_")


def test_two_long_names_with_one_beginning_stay_two():
    first, second = "🏠" * 300, "🏠" * 299 + "🔥"

    assert safe_name(first) != safe_name(second)


def test_a_long_name_keeps_its_extension():
    assert safe_name("x" * 300 + ".jpg").endswith(".jpg")
