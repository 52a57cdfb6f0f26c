"""Where the files of one ``POST /storage/upload`` go, from what its caller said."""

from datetime import UTC, datetime
from pathlib import PurePosixPath

from pydantic import BaseModel, ConfigDict, ValidationError

from contracts.actions import Action, report_folder
from contracts.errors import FieldProblem, Rejected
from contracts.names import safe_name
from storage.paths import written_path
from storage.said import OptionalText, OptionalTime, said
from storage.targets import OnConflict, Target

_FALLBACK_NAME = "document"


class UploadParameters(BaseModel):
    """From the query, from text fields or from JSON; a folder by ``path``, or by ``action`` and ``chantier``."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    path: OptionalText = None
    action: OptionalText = None
    chantier: OptionalText = None
    taken_at: OptionalTime = None
    filename: OptionalText = None
    on_conflict: OnConflict = OnConflict.KEEP_BOTH

    def folder(self) -> PurePosixPath:
        """
        Name the folder, relative to the root.

        Raises:
            Rejected: Neither way of naming it is complete.
        """
        if self.path:
            return written_path(self.path)
        if not self.action or not self.chantier:
            raise Rejected(
                "Say where to: 'path' (a folder), or 'action' (fin, sav, materiel) and 'chantier'; in the query or,"
                " in multipart, before the files.",
                code="no_target",
                errors=(FieldProblem(field="path", detail="missing"),),
            )
        return report_folder(
            _action(self.action), self.chantier, self.taken_at or datetime.now(UTC)
        )

    def target(self, filename: str | None) -> Target:
        """Say where the file of that name goes."""
        name = safe_name(said(filename) or self.filename or _FALLBACK_NAME)
        return Target(self.folder() / name, self.taken_at, self.on_conflict)


def parameters(*sources: dict[str, str]) -> UploadParameters:
    """
    Read what a caller said; of several sources the first that says something counts.

    Raises:
        Rejected: A value is not of its kind.
    """
    merged: dict[str, str] = {}
    for source in sources:
        for name, value in source.items():
            if said(value) is not None:
                merged.setdefault(name, value)
    try:
        return UploadParameters.model_validate(merged)
    except ValidationError as error:
        fields = tuple(
            FieldProblem(field=str(line["loc"][0]), detail=line["msg"])
            for line in error.errors()
        )
        named = "; ".join(f"{one.field}: {one.detail}" for one in fields)
        raise Rejected(
            f"Change these fields: {named}.", code="invalid_request", errors=fields
        ) from error


def _action(text: str) -> Action:
    try:
        return Action(text.strip().lower())
    except ValueError as error:
        raise Rejected(
            f"'action' is one of {', '.join(Action)}.", code="invalid_request"
        ) from error
