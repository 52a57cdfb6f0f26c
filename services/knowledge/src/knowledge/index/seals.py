"""
Checksums of an index's files, noted when all of it is on disk.

What a disk spoils afterwards mostly still opens, and answers wrong (docs/decisions/0314).
"""

import json
import os
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from contracts.errors import Broken
from knowledge.index.sparse import written_blocks

_NOTE = "seal"


class Seal:
    """The note beside the shards in *folder*; it holds for the shard that it names until that is opened or written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sealed: Path | None = None
        self.is_doubtful = False
        """`verify` found no note: whoever had the shard open before was killed over it. Such a shard is not sealed."""

    def stands(self) -> bool:
        return self._sealed is not None

    def set(self, shard: Path) -> None:
        """Note the files of *shard*, which is flushed and not written meanwhile."""
        if self.is_doubtful or self._sealed == shard:
            return
        with suppress(OSError):  # without room it stays unsealed
            note_sums(self._folder, shard)
            self._sealed = shard

    def verify(self, shard: Path) -> None:
        """
        Compare the files of *shard* with what was noted of them; nothing where nothing was.

        Raises:
            Broken: They are others now, or the note is.
        """
        noted = _noted(self._folder / _NOTE, shard)
        self._sealed, self.is_doubtful = None, noted is None
        if noted is None:
            return
        found = _sums(shard)
        names = sorted(noted.keys() | found.keys())
        spoilt = [name for name in names if noted.get(name) != found.get(name)]
        if spoilt:
            raise Broken(f"{', '.join(spoilt[:3])}: not what was written there.")

    def lift(self) -> None:
        """Take the note away, on disk when this returns: a write follows."""
        (self._folder / _NOTE).unlink(missing_ok=True)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        self._sealed = None


def note_sums(folder: Path, shard: Path) -> None:
    """Note the checksums of the files of *shard* in *folder*."""
    path = folder / _NOTE
    fresh = path.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as file:
        json.dump({"shard": shard.name, "sums": _sums(shard)}, file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _noted(path: Path, shard: Path) -> Mapping[str, int] | None:
    """
    What was noted of *shard*.

    Raises:
        Broken: The note is not what was written: so may be what it is about, and some damage ends who opens it.
    """
    try:
        noted = json.loads(path.read_bytes())
        sums: Mapping[str, int] = dict(noted["sums"])
        return sums if noted["shard"] == shard.name else None
    except FileNotFoundError:
        return None
    except (ValueError, LookupError, TypeError) as error:
        raise Broken(f"{path.name}: not what was written there.") from error


def _sums(shard: Path) -> dict[str, int]:
    files = (path for path in sorted(shard.rglob("*")) if not path.is_dir())
    return {str(path.relative_to(shard)): _sum(path) for path in files}


def _sum(path: Path) -> int:
    found = path.stat().st_size
    with path.open("rb") as file:
        for at, block in written_blocks(file):
            found = zlib.crc32(block, zlib.crc32(str(at).encode(), found & 0xFFFFFFFF))
    return found
