"""Parameters as n8n sends them: "null", "undefined" and "" mean absent."""

from typing import Annotated

from pydantic import BeforeValidator

from contracts.texts import said
from contracts.times import CalendarTime

OptionalText = Annotated[str | None, BeforeValidator(said)]
OptionalTime = Annotated[CalendarTime | None, BeforeValidator(said)]
