"""What the gateway tells configured webhooks, in the form of Standard Webhooks."""

from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict

from contracts.chat import PressedButton
from contracts.dismissals import Dismissal
from contracts.reports import Report


class EventType(StrEnum):
    """
    ``album.received``: a report was closed and is being filed.

    It is told while storage is away too, so a typed chantier may not have been looked up yet: ``report.filed`` has
    the ``chantier`` and ``folder`` that count. ``button.pressed``: a button of a workflow's message was.
    """

    ALBUM_RECEIVED = "album.received"
    REPORT_FILED = "report.filed"
    REPORT_FAILED = "report.failed"
    BUTTON_PRESSED = "button.pressed"


class Event(BaseModel):
    """The body of one webhook. ``data`` is the report as it was then, or the button and who pressed it."""

    model_config = ConfigDict(frozen=True)
    type: EventType
    timestamp: AwareDatetime
    data: Report | PressedButton


class TellingStatus(StrEnum):
    """``waiting``: brought until it is taken. ``dropped``: refused for good, or not taken in three days and fifty tries."""

    WAITING = "waiting"
    TOLD = "told"
    DROPPED = "dropped"


class Telling(BaseModel):
    """How an event fares with one address, of which only the host is said. ``attempts`` counts the failed ones."""

    model_config = ConfigDict(frozen=True)
    host: str
    status: TellingStatus
    attempts: int = 0
    last_error: str | None = None
    tried_at: AwareDatetime | None = None
    dismissed: Dismissal | None = None


class KeptEvent(Event):
    """An event with the id that it is told under (``webhook-id``)."""

    event_id: str
    tellings: tuple[Telling, ...]
