"""What waits to be read goes into a backup, wherever its folder lies."""

import tempfile
from pathlib import Path

import pytest

from knowledge.documents.uploads import Spool

OTHER_DISK = Path("/dev/shm")


def test_a_folder_in_the_spool_keeps_nothing_from_being_backed_up(tmp_path):
    spool = Spool(tmp_path / "spool", 100)
    spool.open(frozenset())
    spool.path("lost+found").mkdir()
    spool.path("waits").write_bytes(b"State 567")

    spool.link_into(tmp_path / "backup")
    spool.link_into(tmp_path / "backup")

    assert [path.name for path in (tmp_path / "backup").iterdir()] == ["waits"]
    assert spool.size_bytes() == 9


def test_what_waits_on_another_disk_is_copied(tmp_path):
    if not OTHER_DISK.is_dir() or OTHER_DISK.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("all is on one disk here")
    with tempfile.TemporaryDirectory(dir=OTHER_DISK) as folder:
        spool = Spool(Path(folder), 100)
        spool.path("waits").write_bytes(b"State")
        spool.link_into(tmp_path / "backup")
        spool.path("waits").write_bytes(b"State 567")

        spool.link_into(tmp_path / "backup")
        spool.drop("waits")

    assert (tmp_path / "backup" / "waits").read_bytes() == b"State 567"
