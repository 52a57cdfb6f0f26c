"""The folder of the embedded index: which shard is current, and that one process alone has it open."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from chassis.locks import AlreadyRunning, held
from contracts.errors import Conflict
from knowledge.index.seals import Seal, note_sums
from knowledge.index.sparse import bytes_on_disk, copy_with_holes

_CURRENT = "current"
_SHARD = re.compile(r"shard-\d+")


class ShardFolder:
    """
    Holds ``shard-0``, ``shard-1``, …; the file ``current`` names the one in use.

    An optimized copy takes over by the rename of ``current``: a kill at any moment leaves one shard or the other.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock: IO[str] | None = None
        self.seal = Seal(folder)

    def open(self) -> Path:
        """
        Lock the folder, remove what a killed optimization left behind, and return the current shard's path.

        Raises:
            Conflict: Another process has it open.
        """
        try:
            self._lock = self._lock or held(self._folder / "lock")
        except AlreadyRunning as error:
            raise Conflict(
                f"The index in {self._folder} is open in another process; stop that one first."
            ) from error
        current = self.current()
        for path in self._folder.glob("shard-*"):
            if path != current:
                shutil.rmtree(path)
        return current

    def close(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    @contextmanager
    def opening(self) -> Iterator[bool]:
        """Note that the shard is being opened; yields whether a process died over that before."""
        note = self._folder / "opening"
        has_died = note.exists()
        with suppress(OSError):  # without room it is not noted
            note.touch()
        try:
            yield has_died
        finally:
            with suppress(OSError):
                note.unlink()

    def current(self) -> Path:
        named = self._folder / _CURRENT
        name = named.read_text("utf-8", "replace") if named.exists() else ""
        if _SHARD.fullmatch(name):
            return self._folder / name
        shards = list(self._folder.glob("shard-*"))  # the name is lost, not the shard
        return shards[0] if len(shards) == 1 else self._folder / "shard-0"

    def set_seal(self) -> None:
        """Note what the current shard's files say, which are flushed and not written meanwhile."""
        self.seal.set(self.current())

    def size_bytes(self) -> int:
        """What a copy of the current shard takes."""
        return bytes_on_disk(self.current())

    def next(self) -> Path:
        """Where the shard will be that comes after the current one."""
        number = int(self.current().name.rsplit("-", 1)[-1]) + 1
        return self._folder / f"shard-{number}"

    def copy_current(self) -> Path:
        """Copy the current shard, which must be flushed, to the path of the next."""
        return _copied(self.current(), self.next())

    def switch_to(self, path: Path) -> None:
        """Make *path* the current shard, on disk when this returns."""
        _write_name(self._folder, path.name)

    def copy_to(self, target: Path) -> None:
        """Copy the current shard to another folder, which can then be opened as this one."""
        current = self.current()
        target.mkdir(parents=True)
        copy = _copied(current, target / current.name)
        if not self.seal.is_doubtful:
            note_sums(target, copy)
        _write_name(target, current.name)


def _copied(shard: Path, target: Path) -> Path:
    return shutil.copytree(shard, target, copy_function=copy_with_holes)


def _write_name(folder: Path, name: str) -> None:
    written = folder / f"{_CURRENT}.new"
    with written.open("w", encoding="ascii") as file:
        file.write(name)
        file.flush()
        os.fsync(file.fileno())
    written.replace(folder / _CURRENT)
