"""Which characters a text may hold."""

import re

import pytest
from pydantic import BaseModel, ValidationError

from contracts.texts import PlainText, is_plain, without_controls


class Said(BaseModel):
    text: PlainText


@pytest.mark.parametrize("text", ["", "Réception\n• 2 × 28\tmm", "👷🏽‍♀️", "a\r\n\v\fb"])
def test_what_people_write_is_taken(text: str):
    assert Said(text=text).text == text
    assert without_controls(text) == text


@pytest.mark.parametrize("code", [0, 8, 14, 27, 31, 127, 128, 159, 0xD800])
def test_a_control_character_is_refused(code: int):
    with pytest.raises(ValidationError, match="control characters"):
        Said(text=f"a{chr(code)}b")

    assert without_controls(f"a{chr(code)}b") == "ab"


def test_the_schema_says_the_same():
    pattern = re.compile(Said.model_json_schema()["properties"]["text"]["pattern"])

    odd = [n for n in range(256) if is_plain(chr(n)) != bool(pattern.match(chr(n)))]

    assert odd == []
