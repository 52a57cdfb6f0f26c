"""Technical documents and past faults: what is indexed, asked and answered."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from contracts.dismissals import Dismissal
from contracts.texts import PlainText, said

FAULTS = "Historique SAV"
"""The source of past faults."""
INDEX_MENDING = "index_mending"
"""The code of a 503 where the index is being made again: what it lacks by now might answer."""


def _names(given: Any) -> Any:
    """A flow often has one name, names in one text (``"Notices, SAV"``), or a list of one that is empty."""
    each = given.split(",") if isinstance(given, str) else given
    if not isinstance(each, list):
        return each
    return [one for one in each if said(one) is not None]


Trimmed = Annotated[PlainText, StringConstraints(strip_whitespace=True)]
Names = Annotated[tuple[Trimmed, ...], BeforeValidator(_names)]

_SPOKEN = frozenset({"query", "text"})
"""What a person said; *null* may be a word of it."""


class _Sent(BaseModel):
    """What flows send: null, ``"undefined"`` and the like say nothing of a field, and a code may be a number."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)

    @model_validator(mode="before")
    @classmethod
    def _leave_out_nothing(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {
            name: one
            for name, one in given.items()
            if said(one) is not None or (name in _SPOKEN and one and one.strip())
        }


class SearchRequest(_Sent):
    """A technician's question, as typed. ``sources`` and ``tags``: found in one of these only, whatever their case and accents."""

    query: PlainText = Field(min_length=1, max_length=2000)
    limit: int = Field(default=3, ge=1, le=50)
    sources: Names = ()
    tags: Names = ()
    rewrite: Literal["auto", "never", "always"] = "auto"


class Passage(BaseModel):
    """One piece of a document; ``page`` counts from 1, ``section`` is its path of headings."""

    model_config = ConfigDict(frozen=True)
    text: str
    source: str
    title: str
    page: int | None = None
    section: str = ""
    score: float
    document_id: str


class SearchAnswer(BaseModel):
    """
    The best passages, best first, and what was made of them.

    ``confident`` is false when nothing fits; ``answered_by`` names what wrote ``answer``: a model's name,
    ``passages`` when they are shown as they are, ``nothing`` when none fits. ``took_ms`` is by stage.
    ``not_said`` are words of the question, as typed and three at most, of which the first passage says nothing, in other words
    either: it may not be what was asked for. Empty where nothing is lacking, a code decided, or ``confident`` is false.
    ``unknown_names`` are those of the asked ``sources`` and ``tags`` that no document has: mistyped, or nothing is indexed there yet.
    ``mode`` is ``lexical`` where no embedding model is at work.
    """

    model_config = ConfigDict(frozen=True)
    search_id: str
    query: str
    passages: tuple[Passage, ...]
    answer: str
    answered_by: str
    confident: bool
    not_said: tuple[str, ...] = ()
    unknown_names: tuple[str, ...] = ()
    mode: Literal["hybrid", "lexical"]
    took_ms: dict[str, float]


class JobStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class IndexJob(BaseModel):
    """
    The indexing of one document: pages done of pages; ``dismissed`` where a failed one shall rest.

    One whose document was sent anew has failed too; ``last_error`` names the job that took its place.
    """

    model_config = ConfigDict(frozen=True)
    job_id: str
    document_id: str
    status: JobStatus
    pages_done: int = 0
    pages: int | None = None
    last_error: str | None = None
    dismissed: Dismissal | None = None
    created_at: datetime
    updated_at: datetime


class Document(BaseModel):
    """
    A document that can be found; an ``outdated`` one was read by older rules, and is read again when it is sent again.

    One of the source ``Historique SAV`` never is: nobody has a past fault to send again.
    """

    model_config = ConfigDict(frozen=True)
    document_id: str
    source: str
    title: str
    tags: tuple[str, ...] = ()
    media_type: str
    size_bytes: int
    pages: int
    passages: int
    sha256: str
    indexed_at: datetime | None = None
    outcome: str = ""
    notes: tuple[str, ...] = ()
    outdated: bool = False


class DocumentText(_Sent):
    """
    A document as JSON: its *text*, or any format's bytes in base64.

    ``outcome`` is how a fault ended ("connecteur refait, plus d'alarme"); it is found as part of the text.
    """

    text: str = ""
    content_base64: str = ""
    name: Trimmed = Field(default="", max_length=255)
    media_type: PlainText = Field(default="", max_length=127)
    source: Trimmed = Field(default="", max_length=200)
    title: Trimmed = Field(default="", max_length=300)
    tags: Names = Field(default=(), max_length=50)
    outcome: PlainText = Field(default="", max_length=20_000)


class Feedback(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    search_id: PlainText
    useful: bool


class AskedQuestion(BaseModel):
    """A question, how often it was asked and when last."""

    model_config = ConfigDict(frozen=True)
    query: str
    times: int
    last_asked_at: datetime


class UsefulPassage(BaseModel):
    """A passage that answered, and how many thumbs said so."""

    model_config = ConfigDict(frozen=True)
    times: int
    document_id: str
    title: str
    page: int | None = None


class KnowledgeStats(BaseModel):
    """
    What was asked and what helped.

    ``unanswered_questions`` found nothing in documents that there are, or got 👎, the most asked first: they say which one is missing.
    """

    model_config = ConfigDict(frozen=True)
    searches: int
    unanswered: int
    useful: int
    useless: int
    unanswered_questions: tuple[AskedQuestion, ...]
    useful_passages: tuple[UsefulPassage, ...]
