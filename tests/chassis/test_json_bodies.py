"""A JSON body's values are counted before anything is made of them."""

import json
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
