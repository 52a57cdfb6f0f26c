"""Where a file goes, and what happens where its name is taken."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import PurePosixPath

from contracts.errors import Conflict
from contracts.names import safe_name
from storage.paths import wire

_CANDIDATES = 10_000
_DAY_S = 24 * 3600
_ONLY_NEW = {"If-None-Match": "*", "Overwrite": "F"}


class OnConflict(StrEnum):
    """What to do when another content has the name; the same content is always "already there"."""

    KEEP_BOTH = "keep-both"
    REPLACE = "replace"
    FAIL = "fail"


@dataclass(frozen=True)
class Target:
    """One file's place. ``call_id`` is the call of several files that it belongs to; ``""`` when it stands alone."""

    path: PurePosixPath
    modified_at: datetime | None = None
    on_conflict: OnConflict = OnConflict.KEEP_BOTH
    call_id: str = ""

    def headers(self) -> dict[str, str]:
        """
        Say it in a PUT's or MOVE's headers.

        A time within the first day of 1970 is left out: Nextcloud answers 500 to it, after it has stored the file.
        """
        headers = {} if self.on_conflict is OnConflict.REPLACE else dict(_ONLY_NEW)
        if self.modified_at is not None and self.modified_at.timestamp() > _DAY_S:
            headers["X-OC-MTime"] = str(int(self.modified_at.timestamp()))
        return headers

    def candidates(self) -> Iterator[PurePosixPath]:
        """Give the paths to try in turn: ``photo.jpg``, ``photo (2).jpg``, …."""
        yield self.path
        if self.on_conflict is OnConflict.KEEP_BOTH:
            for number in range(2, _CANDIDATES + 1):
                name = f"{self.path.stem} ({number}){self.path.suffix}"
                yield self.path.with_name(safe_name(name))

    def taken(self) -> Conflict:
        """Make the error for a name that another content has."""
        return Conflict(
            f"{wire(self.path)} exists with another content; choose another name, or on_conflict=keep-both.",
            code="name_taken",
        )
