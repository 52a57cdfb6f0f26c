"""Times that a calendar can work with."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime

_FIRST_YEAR, _LAST_YEAR = 1900, 2999


def _within(at: datetime) -> datetime:
    """Refuse years from which no other time zone can be reckoned, and which Nextcloud cannot show."""
    if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        raise ValueError(f"write a year from {_FIRST_YEAR} to {_LAST_YEAR}")
    return at


CalendarTime = Annotated[AwareDatetime, AfterValidator(_within)]
"""With an offset."""
LooseTime = Annotated[datetime, AfterValidator(_within)]
"""With an offset, or without: then it is UTC."""
