"""
A copy of a service's data folder as one file, made while the service works; and back.

Why nothing is doubled after going back: docs/decisions/0015-backup.md
"""

import fcntl
import gzip
import shutil
import sqlite3
import tarfile
import tempfile
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from chassis.locks import held

_MAGIC = b"SQLite format 3\x00"
_WAIT_S = 30
_PAUSE_S = 0.01
_BLOCK_BYTES = 256 * 1024
_SESSION = ".session"
_BESIDE = ("-wal", "-shm", "-journal")
_COPIES = ".backup-"
_UNPACKED = ".restore-"
ASIDE = "replaced-"
UNDER_WAY = "backup-"
"""What a service copies beside its data; a kill leaves half of it."""


class NothingThere(OSError):
    """There is no data to copy, or none in the copy."""


def save(
    name: str, data_dir: Path, into: IO[bytes], *, beside: Sequence[str] = ()
) -> tuple[str, ...]:
    """
    Write the SQLite files below *data_dir* as a compressed TAR file: all as of one moment, none of them stopped.

    Args:
        name: The service's.
        data_dir: Of the service.
        into: What the file is written to.
        beside: Folders of it whose files go too, as of that moment; hidden ones have not arrived yet, and stay out.
            The files are never changed, only made and removed.

    Returns:
        The names of the SQLite files.

    Raises:
        NothingThere: No service ever worked in *data_dir*.
    """
    files = _databases(data_dir)
    if not files:
        raise NothingThere(f"{data_dir.absolute()} holds no data of a service")
    with _room(data_dir) as copies:
        _copy_at_one_moment(data_dir, files, beside, copies)
        owner = signed(name)
        with tarfile.open(fileobj=into, mode="w|gz", pax_headers=owner) as archive:
            for path in (*files, *beside):
                if (copies / path).exists():
                    archive.add(copies / path, arcname=path)
    return files


def restore(
    name: str, data_dir: Path, packed: IO[bytes], *, into: Path | None = None
) -> Path:
    """
    Put what `save` wrote in the place of what is in *data_dir*; that is kept aside, in the folder returned.

    Args:
        name: The service's; it must not run.
        data_dir: Of the service.
        packed: The TAR file.
        into: The folder that it is a copy of; *data_dir* itself when absent.

    Raises:
        AlreadyRunning: The service is at work.
        NothingThere: It is no such file, or not whole, or another service's.
    """
    with held(data_dir / f"{name}.lock"):
        folder = into or data_dir
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _remove(folder.glob(f"{_UNPACKED}*"))
        with tempfile.TemporaryDirectory(prefix=_UNPACKED, dir=folder) as unpacked:
            _unpack(name, packed, Path(unpacked))
            found = sorted(Path(unpacked).iterdir())
            aside = folder / f"{ASIDE}{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"
            _move_aside(folder, aside, {path.name for path in found})
            for path in found:
                path.rename(folder / path.name)
    return aside


def signed(name: str) -> dict[str, str]:
    """What says in a TAR file whose it is: four of one night are easily mixed up, and not all hold a file of the service's name."""
    return {"comment": f"etm-{name}"}


def _unpack(name: str, packed: IO[bytes], into: Path) -> None:
    """To the end, where the checksum stands: `tarfile` alone does not look at it, and takes what a bad disk made of a copy."""
    try:
        with gzip.GzipFile(fileobj=packed) as unzipped:
            with tarfile.open(fileobj=unzipped, mode="r|") as archive:
                archive.extractall(into, filter="data")
                owner = archive.pax_headers.get("comment")
            while unzipped.read(_BLOCK_BYTES):
                pass
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error) as error:
        said = f"this is no backup, or it is damaged, and nothing was changed: {error}"
        raise NothingThere(said) from error
    if not any(into.iterdir()):
        raise NothingThere("the backup is empty")
    if owner not in {None, f"etm-{name}"}:
        raise NothingThere(f"this is the backup of {owner}, not of etm-{name}")


@contextmanager
def _room(data_dir: Path) -> Iterator[Path]:
    """
    A folder for copies beside the data, not in ``/tmp``, which may be a small piece of memory.

    What killed backups have left is removed, when no other is at work.
    """
    with (data_dir / "backup.lock").open("w") as lock:
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _remove(data_dir.glob(f"{_COPIES}*"))
        fcntl.flock(lock, fcntl.LOCK_SH)
        with tempfile.TemporaryDirectory(prefix=_COPIES, dir=data_dir) as folder:
            yield Path(folder)


def _remove(folders: Iterable[Path]) -> None:
    for left in folders:
        shutil.rmtree(left)


def _databases(data_dir: Path) -> tuple[str, ...]:
    """Names below *data_dir* of all files that SQLite wrote."""
    names = (path.relative_to(data_dir) for path in sorted(data_dir.rglob("*")))
    in_use = filter(_is_in_use, names)
    return tuple(str(name) for name in in_use if _is_database(data_dir / name))


def _is_in_use(path: Path) -> bool:
    """Whether a file at *path* in a data folder is neither hidden nor set aside, nor of a copy under way."""
    return not any(part.startswith((".", ASIDE, UNDER_WAY)) for part in path.parts)


def _is_database(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def _copy_at_one_moment(
    data_dir: Path, files: Sequence[str], beside: Sequence[str], into: Path
) -> None:
    """
    Hold every writer for the instant in which a reader of each file begins, then copy what these readers see.

    A report that stands in one file and its steps, which stand in another, are so of the same moment. A Telegram session
    is written to all the time in one long transaction; it is read a little earlier than the rest, so that no update
    counts as handled whose traces are not in the copy.
    Source: sqlite.org/isolation.html, sqlite.org/backup.html; a backup reads in the transaction its source has open.
    """
    with ExitStack() as opened:
        sessions = [name for name in files if name.endswith(_SESSION)]
        others = [name for name in files if not name.endswith(_SESSION)]
        readers = [opened.enter_context(_reader(data_dir / name)) for name in sessions]
        writers = [opened.enter_context(_opened(data_dir / name)) for name in others]
        _hold(writers)
        readers += [opened.enter_context(_reader(data_dir / name)) for name in others]
        for name in beside:
            _keep(data_dir / name, into / name)
        for writer in writers:
            writer.execute("ROLLBACK")
        for name, reader in zip(sessions + others, readers, strict=True):
            copy = into / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.touch(mode=0o600)
            with closing(sqlite3.connect(copy)) as target:
                reader.backup(target)


def _keep(folder: Path, into: Path) -> None:
    """Give each file a second name in *into*: that takes no time, and what is removed from *folder* stays there."""
    if not folder.is_dir():
        return
    into.mkdir(mode=0o700)
    for path in folder.iterdir():
        if path.is_file() and not path.name.startswith("."):
            with suppress(FileNotFoundError):  # nobody waited for it any more
                _name_anew(path, into / path.name)


def _name_anew(path: Path, name: Path) -> None:
    try:
        name.hardlink_to(path)
    except OSError:  # a file system without such links
        shutil.copyfile(path, name)


@contextmanager
def _reader(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that sees the file as it is now, whatever is written later."""
    with _opened(path) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        yield connection


def _hold(writers: Sequence[sqlite3.Connection]) -> None:
    """Take every write lock, or none: whoever holds one while it waits for another may wait for the service, and it for us."""
    deadline = time.monotonic() + _WAIT_S
    while True:
        try:
            for writer in writers:
                writer.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            for writer in writers:
                writer.rollback()
            if time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE_S)
        else:
            return


def _opened(path: Path) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(path, timeout=0, isolation_level=None))


def _move_aside(folder: Path, aside: Path, names: set[str]) -> None:
    """A file that SQLite keeps beside another would be read into the one that takes its place."""
    aside.mkdir(mode=0o700)
    for name in sorted(names):
        for former in (folder / f"{name}{beside}" for beside in ("", *_BESIDE)):
            if former.exists():
                shutil.move(former, aside / former.name)
