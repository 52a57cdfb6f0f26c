"""What waits to be read goes into a backup, wherever its folder lies."""

from pathlib import Path

from knowledge.documents.uploads import Spool


def test_a_folder_in_the_spool_keeps_nothing_from_being_backed_up(tmp_path):
    spool = Spool(tmp_path / "spool", 100)
    spool.open(frozenset())
    spool.path("lost+found").mkdir()
    spool.path("waits").write_bytes(b"State 567")

    spool.link_into(tmp_path / "backup")
    spool.link_into(tmp_path / "backup")

    assert [path.name for path in (tmp_path / "backup").iterdir()] == ["waits"]
    assert spool.size_bytes() == 9


def test_what_waits_on_another_disk_is_copied(tmp_path: Path, elsewhere: Path):
    spool = Spool(elsewhere, 100)
    spool.path("waits").write_bytes(b"State")
    spool.link_into(tmp_path / "backup")
    spool.path("waits").write_bytes(b"State 567")

    spool.link_into(tmp_path / "backup")
    spool.drop("waits")

    assert (tmp_path / "backup" / "waits").read_bytes() == b"State 567"
