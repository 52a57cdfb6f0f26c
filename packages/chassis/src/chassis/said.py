"""Parameters as n8n sends them: "null", "undefined" and "" mean absent."""

from typing import Annotated, Any

from pydantic import BeforeValidator

from contracts.times import CalendarTime

_ABSENT = frozenset({"", "null", "undefined"})


def said(value: Any) -> Any:
    """Give ``None`` for what n8n writes where it has nothing."""
    return None if isinstance(value, str) and value.strip() in _ABSENT else value


OptionalText = Annotated[str | None, BeforeValidator(said)]
OptionalTime = Annotated[CalendarTime | None, BeforeValidator(said)]
