import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.names import MAX_BYTES, original_name, safe_name, visible


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
        ("\u200b\u2060", "_"),
        ("Mül\u200bler", "Müller"),
        ("\u202egpj.exe", "gpj.exe"),
        ("a\u200db", "ab"),
        ("👷\u200d♀\ufe0f Weber", "👷\u200d♀\ufe0f Weber"),
        ("e\u200b\u0301", "é"),
        ("line\nbreak", "line␊break"),
        (unicodedata.normalize("NFD", "Müller"), "Müller"),
    ],
)
def test_safe_name_replaces_what_nextcloud_or_windows_refuses(name, safe):
    assert safe_name(name) == safe
    assert safe_name(safe) == safe


@given(st.text())
def test_a_safe_name_is_one_segment_that_stays_as_it_is(name):
    safe = safe_name(name)

    assert safe_name(safe) == safe
    assert 1 <= len(safe.encode()) <= MAX_BYTES
    assert unicodedata.is_normalized("NFC", safe)
    assert not set(safe) & set('\\/:*?"<>|')
    assert all(ord(char) >= 0x20 for char in safe)
    assert safe.strip() == safe
    assert not safe.lower().endswith((".", ".part", ".filepart", ".htaccess"))


@given(st.text(alphabet='abcé .:*?"<>|\\/\t\n', min_size=1, max_size=40))
def test_replacements_turn_back(name):
    whole = unicodedata.normalize("NFC", name).strip()
    if not whole.strip(". ") or whole.endswith("."):
        return  # a name of dots and blanks alone, or with a dot at its end, has its own rule

    assert original_name(safe_name(name)) == whole


@given(st.text(alphabet="\u200b\u200d\u202e\u3164👷♀\ufe0fa \u0301", max_size=12))
def test_a_name_without_unseen_characters_stays_as_it_is(name):
    safe = safe_name(name)

    assert safe_name(safe) == safe
    assert visible(safe) == safe


def test_two_long_names_with_one_beginning_stay_two():
    first, second = "🏠" * 300, "🏠" * 299 + "🔥"

    assert safe_name(first) != safe_name(second)


def test_a_long_name_is_not_cut_behind_a_joiner():
    names = ["x" * shift + "👷\u200d♀" * 40 for shift in range(12)]

    assert [
        name for name in names if safe_name(safe_name(name)) != safe_name(name)
    ] == []


def test_a_long_name_keeps_its_extension():
    assert safe_name("x" * 300 + ".jpg").endswith(".jpg")
