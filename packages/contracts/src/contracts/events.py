"""What the gateway tells configured webhooks, in the form of Standard Webhooks."""

from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict

from contracts.reports import Report


class EventType(StrEnum):
    """
    ``album.received``: a report was closed and is being filed.

    It is told while storage is away too, so a typed chantier may not have been looked up yet: ``report.filed`` has
    the ``chantier`` and ``folder`` that count.
    """

    ALBUM_RECEIVED = "album.received"
    REPORT_FILED = "report.filed"
    REPORT_FAILED = "report.failed"


class ReportEvent(BaseModel):
    """The body of one webhook. ``data`` is the report as it was then."""

    model_config = ConfigDict(frozen=True)
    type: EventType
    timestamp: AwareDatetime
    data: Report
