"""Files that a power cut has spoilt: the service says so in a sentence and does not begin anew."""

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from chassis.damaged import Damaged, note_tables, refuse_damaged
from tests.chassis.test_server import SERVICE, ended

LAMP = SERVICE.replace(
    'serve("lamp", ServiceSettings, lamp)',
    """
class LampSettings(ServiceSettings):
    @property
    def tables(self):
        return (self.data_dir / "lamp.sqlite",)

serve("lamp", LampSettings, lamp)
""",
)


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """What a service has kept, in a file of many pages."""
    data = tmp_path / "data"
    data.mkdir()
    path = data / "lamp.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE lamps (name TEXT)")
        rows = [(f"lamp {number}" * 100,) for number in range(200)]
        database.executemany("INSERT INTO lamps VALUES (?)", rows)
        database.commit()
    note_tables("lamp", data, (path,))
    return path


def zeroed(file: Path) -> None:
    file.write_bytes(bytes(file.stat().st_size))


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def _page_zeroed(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.seek(-8192, os.SEEK_END)
        opened.write(bytes(4096))


DAMAGES = (zeroed, emptied, cut, _page_zeroed)


@pytest.mark.parametrize("damage", DAMAGES)
def test_tables_that_are_spoilt_are_named_with_what_to_do(
    tables: Path, damage: Callable[[Path], None]
):
    damage(tables)

    with pytest.raises(Damaged, match=r"etm-lamp restore < FILE") as refused:
        refuse_damaged("lamp", tables.parent, (tables,))

    assert str(tables) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_service_with_spoilt_tables_does_not_start_and_says_why(tables: Path):
    cut(tables)

    process = ended(LAMP, tables.parent)

    assert process.returncode == 2
    [line] = process.stderr.splitlines()
    assert line.startswith(f"lamp does not start: {tables} is damaged")


def test_what_is_whole_or_new_or_not_there_is_none_of_it(tables: Path):
    new = tables.with_name("killed-over.sqlite")
    new.touch()

    refuse_damaged("lamp", tables.parent, (tables, new, tables.with_name("none")))


def test_what_was_moved_away_as_told_may_be_begun_anew_and_killed_over(tables: Path):
    """The name was noted still: an empty file, that a killed start had made of it, was refused."""
    tables.rename(tables.with_suffix(".away"))
    refuse_damaged("lamp", tables.parent, (tables,))
    tables.touch()

    refuse_damaged("lamp", tables.parent, (tables,))


def test_a_check_that_takes_long_does_not_keep_the_service_from_starting(
    tmp_path: Path,
):
    """540 MB, read from the disk here and there, took 12 s."""
    path = tmp_path / "lamp.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA ignore_check_constraints = ON")
        database.execute(
            "CREATE TABLE slow (name TEXT CHECK (hex(zeroblob(500000 + length(name))) <> name))"
        )
        database.executemany("INSERT INTO slow VALUES (?)", [("x",)] * 20_000)
        database.commit()
    begun = time.monotonic()

    refuse_damaged("lamp", tmp_path, (path,))

    assert time.monotonic() - begun < 8
