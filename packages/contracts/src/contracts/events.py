"""What the gateway tells configured webhooks, in the form of Standard Webhooks."""

from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict

from contracts.chat import PressedButton
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
