"""Broken JSON is told what to change, whichever parser found it."""

import json
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from chassis.json_words import json_words


def of_pydantic(text: str) -> str:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Any).validate_json(text)
    return str(caught.value.errors()[0]["ctx"]["error"])


def of_python(text: str) -> str:
    with pytest.raises((ValueError, RecursionError)) as caught:
        json.loads(text)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"text": "a\nb"}', "write a line end inside a text as \\n"),
        ("{'text': 1}", "at line 1 column 2, write each name in double quotes"),
        ('{"text": undefined}', "at line 1 column 10, write a text in double quotes"),
        ('{"a": "Le "Symo" est"}', '\\" for a quote inside a text'),
        ('{"a": 1 "b": 2}', "put a comma between values"),
        ('{"a" 1}', "a colon after a name"),
        ('{"a": 1} {"a": 2}', "leave out what follows its end"),
        ('{"a": "C:\\Users"}', "write a backslash as \\\\"),
        ('{"a": "abc', "send the rest"),
        ("[" * 100_000, "nest it less deeply"),
        ("9" * 5000, "write the number in digits, with fewer of them"),
    ],
)
@pytest.mark.parametrize("parser", [of_pydantic, of_python])
def test_what_is_wrong_is_told_in_words_that_say_what_to_change(parser, text, said):
    assert said in json_words(parser(text))


def test_a_comma_too_many_is_told_where_it_is():
    assert "no comma after the last" in json_words(of_pydantic('{"a": 1,}'))


@pytest.mark.parametrize("text", ["", '{"a": [1'])
def test_what_ends_too_early_is_told_so(text):
    assert "send the rest" in json_words(of_pydantic(text))


def test_what_no_parser_has_said_before_is_told_as_it_is():
    assert json_words("a new fault at line 1 column 2") == (
        "a new fault at line 1 column 2"
    )
