"""Files with holes: most of a small index is room that Qdrant has reserved and not written (172 MB, 4 of them on disk)."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_PIECE = 1024 * 1024
_BLOCK = 256 * 1024


def copy_with_holes(source: str, target: str) -> str:
    """For `shutil.copytree`: copy what was written in *source* and leave its holes holes."""
    with Path(source).open("rb") as read, Path(target).open("wb") as written:
        size = os.fstat(read.fileno()).st_size
        written.truncate(size)
        for begin, end in _written(read, size):
            read.seek(begin)
            written.seek(begin)
            written.writelines(
                read.read(min(_PIECE, end - at)) for at in range(begin, end, _PIECE)
            )
    return target


def bytes_on_disk(folder: Path) -> int:
    """What the files below *folder* take of the disk, their holes left out."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return sum(path.stat().st_blocks * 512 for path in files)


def written_blocks(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Read *file* in blocks of one grid, each with its place, those left out that are zero: where its holes are says nothing."""
    size = os.fstat(file.fileno()).st_size
    done = 0
    for begin, end in _written(file, size):
        for at in range(max(done, begin - begin % _BLOCK), end, _BLOCK):
            file.seek(at)
            if block := file.read(_BLOCK).rstrip(b"\0"):
                yield at, block
            done = at + _BLOCK


def _written(file: BinaryIO, size: int) -> Iterator[tuple[int, int]]:
    at = 0
    while at < size:
        try:
            begin = os.lseek(file.fileno(), at, os.SEEK_DATA)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
            return  # nothing but a hole is left
        at = os.lseek(file.fileno(), begin, os.SEEK_HOLE)
        yield begin, at
