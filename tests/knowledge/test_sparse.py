"""Copies of the embedded index keep its holes."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from knowledge.index.edge import EdgeIndex
from knowledge.index.sparse import bytes_on_disk, copy_with_holes
from tests.knowledge.points import passage, point, query


@pytest.fixture
def on_disk() -> Iterator[Path]:
    """A folder that is not in memory, where a hole takes room once it is mapped and looked at."""
    with TemporaryDirectory(dir="/var/tmp") as folder:
        yield Path(folder)


async def test_copies_of_a_small_index_take_no_more_of_the_disk_than_it_does(
    on_disk: Path,
):
    """Qdrant reserves 170 MB and writes 4; filled with zeros, copies had a small container's disk full."""
    index = EdgeIndex(on_disk / "index", 3)
    await index.open()
    await index.upsert([point(passage(n, f"isolement {n}")) for n in range(5100)])

    await index.copy_to(on_disk / "copy")
    kept = bytes_on_disk(on_disk / "copy")
    await index.maintain()
    await index.close()
    again = EdgeIndex(on_disk / "copy", 3)
    await again.open()

    assert kept < 20_000_000
    assert bytes_on_disk(on_disk / "index" / "shard-1") < 20_000_000
    assert await again.count() == 5100
    assert await again.search(query("isolement"))
    await again.close()


def test_a_copy_reads_as_the_file_does(tmp_path):
    source, target = tmp_path / "source", tmp_path / "target"
    with source.open("wb") as file:
        file.write(b"begin" * 500_000)
        file.seek(20_000_000)
        file.write(b"end")
        file.truncate(30_000_000)

    copy_with_holes(str(source), str(target))

    assert target.read_bytes() == source.read_bytes()
    assert bytes_on_disk(tmp_path) < 6_000_000


def test_a_disk_that_fails_is_no_hole(tmp_path, monkeypatch):
    def fails(*_):
        raise OSError(errno.EIO, "Input/output error")

    (tmp_path / "a").write_bytes(b"written")
    monkeypatch.setattr(os, "lseek", fails)
    with pytest.raises(OSError, match="Input/output"):
        copy_with_holes(str(tmp_path / "a"), str(tmp_path / "b"))
