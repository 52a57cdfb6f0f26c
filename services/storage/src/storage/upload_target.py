"""Where the files of one ``POST /storage/upload`` go, from what its caller said."""

from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from chassis.fields import named_fields, require_agreeing
from chassis.said import OptionalText, OptionalTime
from contracts.actions import PARIS, Action, new_chantier_name, report_folder
from contracts.endings import ending_of
from contracts.errors import FieldProblem, Rejected
from contracts.names import safe_name
from contracts.texts import said
from storage.chantiers import Chantiers, named
from storage.paths import written_path
from storage.targets import OnConflict

_KINDS = {"image": "photo", "video": "video"}


def _lower(value: Any) -> Any:
    value = said(value)
    return value.strip().lower() if isinstance(value, str) else value


class UploadParameters(BaseModel):
    """From the query, from text fields or from JSON; a folder by ``path``, or by ``action`` and ``chantier``."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    path: OptionalText = None
    action: Annotated[Action | None, BeforeValidator(_lower)] = None
    chantier: OptionalText = None
    taken_at: OptionalTime = None
    filename: OptionalText = None
    on_conflict: OnConflict = OnConflict.KEEP_BOTH

    @property
    def names_folder(self) -> bool:
        return bool(self.path or (self.action and self.chantier))

    def name(self, filename: str | None, media_type: str) -> str:
        """Name one file; one without a name after its kind and time, so that a repeat gets the same."""
        given = said(filename) or self.filename
        if given:
            return safe_name(given)
        kind = _KINDS.get(media_type.partition("/")[0], "document")
        at = (
            f"_{self.taken_at.astimezone(PARIS):%Y%m%d_%H%M%S}" if self.taken_at else ""
        )
        return f"{kind}{at}{ending_of(media_type)}"


def parameters(query: dict[str, Any], *sources: dict[str, Any]) -> UploadParameters:
    """
    Read what a caller said in the query or in the body; of several *sources* there the first that says something counts.

    Raises:
        Rejected: A value is not of its kind, query and body differ, or the folder is named in both ways.
    """
    merged: dict[str, Any] = {}
    for source in sources:
        for name, value in _said(source).items():
            merged.setdefault(name, value)
    queried = _said(query)
    require_agreeing(queried, merged)
    merged |= queried
    with named_fields():
        wanted = UploadParameters.model_validate(merged)
    beside = [name for name in ("action", "chantier") if getattr(wanted, name)]
    if wanted.path and beside:
        raise Rejected(
            f"'path' names the folder already: leave out {' and '.join(beside)}, or 'path'.",
            code="two_targets",
            errors=tuple(
                FieldProblem(field=name, detail="does not go with 'path'")
                for name in beside
            ),
        )
    return wanted


def _said(source: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in source.items()
        if name in UploadParameters.model_fields and said(value) is not None
    }


class UploadFolders:
    """Finds the folder, so that a flow need not know the folder rules."""

    def __init__(self, chantiers: Chantiers) -> None:
        self._chantiers = chantiers

    async def folder(self, wanted: UploadParameters) -> PurePosixPath:
        """
        Name the folder, relative to the root.

        Raises:
            Rejected: Neither way of naming it is complete.
        """
        if wanted.path:
            return written_path(wanted.path)
        if not wanted.action or not wanted.chantier:
            raise Rejected(
                "Say where to: 'path' (a folder), or 'action' (fin, sav, materiel) and 'chantier'.",
                code="no_target",
                errors=(FieldProblem(field=_missing(wanted), detail="is required"),),
            )
        at = wanted.taken_at or datetime.now(UTC)
        if wanted.action is not Action.FIN:
            return report_folder(wanted.action, named(wanted.chantier).client, at)
        return report_folder(
            wanted.action, await self._chantier(wanted.chantier, at), at
        )

    async def _chantier(self, name: str, at: datetime) -> str:
        """Name the chantier's folder: an existing one, by its name or its client's, else a new one."""
        existing = await self._chantiers.find(name)
        if existing is not None:
            return existing
        return name if named(name).day else new_chantier_name(name, at)


def _missing(wanted: UploadParameters) -> str:
    if wanted.action:
        return "chantier"
    return "action" if wanted.chantier else "path"
