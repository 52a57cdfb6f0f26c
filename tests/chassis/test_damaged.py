"""Files that a power cut has spoilt: the service says so in a sentence and does not begin anew."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from chassis.damaged import Damaged, note_tables, refuse_damaged
from tests.chassis.test_server import SERVICE


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """What a service has kept, in a file of many pages, and other files of its own."""
    data = tmp_path / "data"
    data.mkdir()
    for name in ("lamp.sqlite", "lamp-work.sqlite"):
        with closing(sqlite3.connect(data / name)) as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("CREATE TABLE lamps (name TEXT)")
            rows = [(f"lamp {number}" * 100,) for number in range(200)]
            database.executemany("INSERT INTO lamps VALUES (?)", rows)
            database.commit()
    note_tables("lamp", data)
    return data / "lamp.sqlite"


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
        refuse_damaged("lamp", tables.parent)

    assert str(tables) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_service_with_spoilt_tables_does_not_start_and_says_why(tables: Path):
    cut(tables)

    ended = subprocess.run(
        [sys.executable, "-c", SERVICE],
        check=False,
        env={**os.environ, "DATA_DIR": str(tables.parent), "PORT": "0"},
        cwd=tables.parent,
        capture_output=True,
        text=True,
        timeout=20,
    )

    assert ended.returncode == 2
    [line] = ended.stderr.splitlines()
    assert line.startswith(f"lamp does not start: {tables} is damaged")


def test_what_is_whole_new_or_set_aside_is_none_of_it(tables: Path, tmp_path: Path):
    aside = tables.parent / "replaced-20261127"
    aside.mkdir()
    tables.rename(aside / "lamp.sqlite")
    cut(aside / "lamp.sqlite")
    new = tmp_path / "new"
    new.mkdir()
    (new / "lamp.sqlite").touch()
    (tables.parent / "killed-over.sqlite").touch()
    half = tables.parent / "lamp" / "backup-1"
    half.mkdir(parents=True)
    (half / "lamp.sqlite").write_bytes(b"SQLite format 3\0, and no more")

    refuse_damaged("lamp", tables.parent)
    refuse_damaged("lamp", new)
