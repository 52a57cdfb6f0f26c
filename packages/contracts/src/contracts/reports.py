"""Reports: what a technician sent, and how far each step of its filing is."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from contracts.actions import Action
from contracts.dismissals import Dismissal


class ReportStatus(StrEnum):
    """``open``: still collecting photos. ``filing``: steps under way, retried until they are done."""

    OPEN = "open"
    FILING = "filing"
    FILED = "filed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class StepState(StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class ReportStep(BaseModel):
    """One step; ``waiting`` means that the last try failed and another follows by itself."""

    model_config = ConfigDict(frozen=True)
    name: str
    state: StepState
    attempts: int = 0
    last_error: str | None = None
    updated_at: datetime | None = None


class Report(BaseModel):
    """``dismissed`` is set where somebody said that a failed report shall rest."""

    model_config = ConfigDict(frozen=True)
    report_id: str
    action: Action
    status: ReportStatus
    chantier: str
    folder: str
    technician: str
    description: str = ""
    photos: int
    steps: tuple[ReportStep, ...] = ()
    opened_at: datetime
    filed_at: datetime | None = None
    dismissed: Dismissal | None = None
