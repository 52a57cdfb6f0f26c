"""A JSON body's values are counted before anything is made of them."""

import json
import random
import time
from collections.abc import Callable
from typing import Any

import pytest

from chassis.json_bodies import MOST_VALUES, require_few_values
from contracts.errors import Rejected

MANY = MOST_VALUES + 1
UNKNOWN_FIELDS = {f"wrong {number}": 0 for number in range(MANY)}


@pytest.mark.parametrize(
    "value",
    [
        UNKNOWN_FIELDS,
        [0] * MANY,
        [""] * MANY,
        [[]] * MANY,
        [{}] * MANY,
        ["\\"] * MANY,
        ['"'] * MANY,
        ['\\"', *["x"] * MANY],
        dict.fromkeys(map(str, range(MANY)), "\\\\"),
    ],
    ids=lambda value: json.dumps(value)[:20],
)
@pytest.mark.parametrize("separators", [None, (",", ":")])
def test_too_many_values_are_refused(value: Any, separators: tuple[str, str] | None):
    text = json.dumps({"within": value}, separators=separators).encode()

    with pytest.raises(Rejected) as refused:
        require_few_values(text)

    assert refused.value.code == "too_many_values"


@pytest.mark.parametrize(
    "text",
    [
        "," * MANY,
        "[{" * MANY,
        '"' * MANY,
        '\\",' * MANY,
        "\\" * (2 * MANY + 1) + '",[',
        "é,\n" * MANY,
    ],
    ids=lambda text: repr(text[:6]),
)
@pytest.mark.parametrize("is_ascii", [True, False])
def test_marks_in_a_text_are_no_values(text: str, is_ascii: bool):
    body = {"text": text, text: [text, text]}

    require_few_values(json.dumps(body, ensure_ascii=is_ascii).encode())


def test_as_many_as_may_be_are_taken():
    require_few_values(json.dumps([","] * (MOST_VALUES - 1)).encode())


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])
def test_what_hides_its_values_in_another_encoding_is_refused(encoding: str):
    text = json.dumps(['"', *[0] * MANY]).encode(encoding)

    with pytest.raises(Rejected) as refused:
        require_few_values(text)

    assert refused.value.code == "not_json"


@pytest.mark.parametrize("seed", range(8))
def test_values_of_a_long_body_are_counted_as_those_of_a_short_one(seed: int):
    """It is looked at piece by piece, and a piece may begin within a string, or end in the middle of an escape."""
    chance = random.Random(seed)
    signs = ["\\", '"', ",", "[", "{", "é", "x" * 50]
    strings = [
        "".join(chance.choices(signs, k=chance.randrange(40))) for _ in range(MANY)
    ]

    require_few_values(json.dumps(strings[:-1]).encode())
    with pytest.raises(Rejected):
        require_few_values(json.dumps(strings).encode())


def test_backslash_as_long_as_a_piece_is_no_end_of_a_string():
    for extra in range(4):
        backslashes = "\\" * (256 * 1024 + extra)
        require_few_values(json.dumps([backslashes, ",[" * MANY]).encode())


@pytest.mark.parametrize("text", ["trop chaud, dit-il. ", "a,b\n"])
def test_counting_a_long_text_costs_less_than_reading_it(text: str):
    """It holds everybody up: 31 MiB of prose took 140 ms of processor time, two and a half times what json takes."""
    body = json.dumps({"text": text * (4 * 2**20 // len(text))}).encode()

    counted_s = _fastest_s(lambda: require_few_values(body))
    read_s = _fastest_s(lambda: json.loads(body))

    assert counted_s < read_s / 2


def test_counting_backslashes_costs_little_more_than_reading_them():
    """16 MiB of them held everybody up for 1.3 s: each was looked at by itself."""
    body = json.dumps("\\" * 2**20).encode()

    counted_s = _fastest_s(lambda: require_few_values(body))
    read_s = _fastest_s(lambda: json.loads(body))

    assert counted_s < read_s * 3


def _fastest_s(work: Callable[[], object]) -> float:
    taken_s = []
    for _ in range(7):
        started_s = time.process_time()
        work()
        taken_s.append(time.process_time() - started_s)
    return min(taken_s)
