"""What pydantic found wrong with a request, in words that say what to change."""

from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from pydantic import ValidationError

from contracts.errors import FieldProblem, Rejected

_WORDS = {
    "missing": "is required",
    "extra_forbidden": "there is no such field; leave it out, or mend its name",
    "tuple_type": "has to be a list",
    "list_type": "has to be a list",
    "dict_type": "has to be an object",
    "model_type": "has to be an object",
    "model_attributes_type": "has to be an object",
}
"""Where pydantic's own words are about Python; elsewhere they are good."""
_BOUNDS = {
    "too_short": "is too short: at least",
    "too_long": "is too long: at most",
}
"""Of what we check first, pydantic forgets whether it is a text or a list: its word for both is *items*."""


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
        why = line["ctx"]["error"]
        place = f" at character {line['loc'][-1]}" if line["loc"] else ""
        return FieldProblem(field="body", detail=f"no JSON{place}: {why}")
    named = ".".join(str(part) for part in line["loc"]) or "body"
    return FieldProblem(field=named, detail=in_words(line))


def in_words(line: Mapping[str, Any]) -> str:
    """Say what is wrong with one field, without Python's words."""
    if line["type"] == "value_error":
        return str(line["ctx"]["error"])
    if line["type"] in _BOUNDS and line["ctx"]["field_type"] == "Value":
        said = line["ctx"]
        return f"{_BOUNDS[line['type']]} {said.get('max_length', said.get('min_length'))}, not {said['actual_length']}"
    return _WORDS.get(line["type"]) or str(line["msg"])
