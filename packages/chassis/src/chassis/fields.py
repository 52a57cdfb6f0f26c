"""What pydantic found wrong with a request, in words that say what to change."""

from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from pydantic import ValidationError

from chassis.json_words import json_words
from contracts.errors import FieldProblem, Rejected

_WORDS = {
    "missing": "is required",
    "extra_forbidden": "there is no such field; leave it out, or mend its name",
    "string_type": "has to be a text",
    "string_unicode": "leave out halves of characters, such as \\ud800",
    "too_short": "is too short: at least {min_length}, not {actual_length}",
    "too_long": "is too long: at most {max_length}, not {actual_length}",
}
_KINDS = {
    "bool": "has to be true or false",
    "datetime": "has to be a time such as 2026-03-25T14:32:01+01:00",
    "dict": "has to be an object",
    "float": "has to be a number",
    "int": "has to be a whole number",
    "list": "has to be a list",
    "model": "has to be an object",
    "timezone": "has to be a time with its offset, such as 2026-03-25T14:32:01+01:00",
    "tuple": "has to be a list",
}
"""By the first word of an error's type, where pydantic's own words are about Python; elsewhere they are good."""

MOST = 50
"""Of the fields to change; who sends 100,000 wrong ones got 9 MB back."""


def change_fields(found: Sequence[Mapping[str, Any]]) -> Rejected:
    """Make the answer for the lines of a pydantic error's ``errors()``."""
    fields = tuple(map(_field, found[:MOST]))
    named = "; ".join(f"{field.field}: {field.detail}" for field in fields[:3])
    if len(found) > MOST:
        named += f"; and {len(found) - MOST} more than are listed"
    return Rejected(
        f"Change these fields: {named}.", code="invalid_request", errors=fields
    )


def require_once(name: str, given: Container[str]) -> None:
    """
    Look whether a field of a form was given before.

    Raises:
        Rejected: It was.
    """
    if name in given:
        raise repeated(name)


def repeated(*fields: str) -> Rejected:
    """Make the answer for *fields* that are given more than once."""
    return refused(
        f"Say {', '.join(fields)} once: of several one alone would count.",
        fields,
        "is given more than once",
    )


def require_agreeing(query: Mapping[str, Any], body: Mapping[str, Any]) -> None:
    """
    Compare what a query and a body say of the same fields.

    Raises:
        Rejected: They differ.
    """
    odd = [name for name in query if name in body and query[name] != body[name]]
    if odd:
        raise refused(
            f"Say {', '.join(odd)} in the query or in the body: now they differ.",
            [place for name in odd for place in (f"query.{name}", name)],
            "differs between the query and the body",
        )


def refused(said: str, fields: Sequence[str], why: str) -> Rejected:
    """Make the answer that *said* tells, with *why* for each of *fields*."""
    problems = tuple(FieldProblem(field=field, detail=why) for field in fields)
    return Rejected(said, code="invalid_request", errors=problems)


@contextmanager
def named_fields() -> Iterator[None]:
    """
    Validate what a request says beside what the framework validates.

    Raises:
        Rejected: Pydantic found fields to change.
    """
    try:
        yield
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise change_fields(found) from error


def _field(line: Mapping[str, Any]) -> FieldProblem:
    if line["type"] == "json_invalid":
        # pydantic's own parser says the place in it, the framework's beside it
        place = f" at character {line['loc'][-1]}" if line["loc"] else ""
        why = json_words(f"{line['ctx']['error']}{place}")
        return FieldProblem(field="body", detail=f"is no JSON; {why}")
    named = ".".join(str(part) for part in line["loc"]) or "body"
    return FieldProblem(field=named, detail=in_words(line))


def in_words(line: Mapping[str, Any]) -> str:
    """Say what is wrong with one field, without Python's words."""
    if line["type"] == "value_error":
        return str(line["ctx"]["error"])
    kind = str(line["type"])
    words = _WORDS.get(kind) or _KINDS.get(kind.partition("_")[0])
    return words.format_map(line.get("ctx", {})) if words else str(line["msg"])
