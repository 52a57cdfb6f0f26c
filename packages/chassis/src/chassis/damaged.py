"""What a power cut or an ailing disk has spoilt is said in a sentence, before a service works with it."""

import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from threading import Timer

_SPOILT = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_PRIMARY = 0xFF
"""The part of SQLite's longer result codes that names their kind. Source: SQLite, "Result and Error Codes"."""
_LONGEST_S = 1.0
"""For how long a file is read, and then checked: with 540 MB on a busy disk 3.5 s and 1 s, without the reading 13 s."""
_MIB = 1024 * 1024


class Damaged(OSError):
    """A file of a service cannot be read as what it was."""


def refuse_damaged(name: str, data_dir: Path, tables: Sequence[Path]) -> None:
    """
    Read the files *tables* of the service *name*, for two seconds each at most: what is spoilt further on is said when it is met.

    A file that lost all it had counts too: SQLite would begin it anew, and nobody would know what is gone. One that a start has
    made and was killed over is no such file.

    Raises:
        Damaged: Says which, and what to do.
    """
    noted = _note(name, data_dir)
    held = noted.read_text("utf-8", "replace").split("\n") if noted.exists() else []
    for path in filter(Path.exists, tables):
        empty = "it is empty" if path.name in held else None
        said = damage(path) if path.stat().st_size else empty
        if said:
            raise Damaged(
                f"{path.absolute()} is damaged ({said}). Restore the last backup (etm-{name} restore < FILE). Without one, move it"
                f" and what lies beside it ({path.name}-wal, {path.name}-shm) away: what stood in it is forgotten then."
            )
    note_tables(name, data_dir, tables)


def note_tables(name: str, data_dir: Path, tables: Sequence[Path]) -> None:
    """Note which files of the service *name* hold something: before a start, and at its end."""
    whole = [path.name for path in tables if path.exists() and path.stat().st_size]
    with suppress(OSError):  # without room, an emptied file is not told from a new one
        _note(name, data_dir).write_text("\n".join(whole), "utf-8")


def _note(name: str, data_dir: Path) -> Path:
    return data_dir / f".{name}.tables"


def damage(path: Path) -> str | None:
    """Say what is wrong with the SQLite file at *path*; None where it is whole, takes long, or cannot be looked at."""
    _read(path)
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)
        ) as file:
            timer = Timer(_LONGEST_S, file.interrupt)
            timer.start()
            try:
                [said] = file.execute("PRAGMA quick_check(1)").fetchone()
            finally:
                timer.cancel()
                timer.join()
    except sqlite3.DatabaseError as error:
        return str(error) if is_spoilt(error) else None
    return None if said == "ok" else " ".join(str(said).split())


def _read(path: Path) -> None:
    """Bring a file into memory in its own order; the check goes here and there."""
    until = time.monotonic() + _LONGEST_S
    with suppress(OSError), path.open("rb", buffering=0) as file:
        while file.read(_MIB) and time.monotonic() < until:
            pass


def is_spoilt(error: BaseException | None) -> bool:
    """Whether SQLite says that what it read is not what it wrote."""
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK)
    return code & _PRIMARY in _SPOILT
