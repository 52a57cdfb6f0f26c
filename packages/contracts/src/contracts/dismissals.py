"""Letting a failure rest: a report, a notice or the indexing of a document that nobody has to look at any more."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from contracts.texts import PlainText

MAX_REASON = 1000


class DismissRequest(BaseModel):
    """Why nobody has to look at it any more."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    reason: PlainText = Field(min_length=1, max_length=MAX_REASON)


class Dismissal(BaseModel):
    model_config = ConfigDict(frozen=True)
    reason: str
    dismissed_at: datetime
