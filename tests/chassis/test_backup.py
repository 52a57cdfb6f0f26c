"""A copy of the data folder, made while it is written to."""

import io
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from chassis.backup import NothingThere, restore, save
from chassis.locks import AlreadyRunning, held


def _made(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE counted (number INTEGER)")
        database.commit()


def _last(path: Path) -> int:
    with closing(sqlite3.connect(path)) as database:
        return int(database.execute("SELECT max(number) FROM counted").fetchone()[0])


def _packed(data_dir: Path, name: str = "service") -> io.BytesIO:
    packed = io.BytesIO()
    save(name, data_dir, packed)
    packed.seek(0)
    return packed


class Using(io.BytesIO):
    """Where a backup goes while somebody uses the service: *use* is done once its first bytes are written."""

    def __init__(self, use: Callable[[], None]) -> None:
        super().__init__()
        self._use = use

    def write(self, content: Any, /) -> int:
        self._use()
        return super().write(content)


def test_files_beside_the_databases_are_of_their_moment(tmp_path):
    """A file is dropped once its group sees it: the copy, in which nobody does, still needs it."""
    data, new = tmp_path / "data", tmp_path / "new"
    _made(data / "a.sqlite")
    sent = data / ".sent"
    sent.mkdir()
    (sent / "waits").write_bytes(b"a photo")
    (sent / ".arriving").write_bytes(b"half a ph")
    (sent / "lost+found").mkdir()
    packed = Using(lambda: (sent / "waits").unlink(missing_ok=True))

    save("service", data, packed, beside=(".sent", ".absent"))
    packed.seek(0)
    restore("service", new, packed)

    assert not (sent / "waits").exists()
    assert (new / ".sent" / "waits").read_bytes() == b"a photo"
    assert [path.name for path in (new / ".sent").iterdir()] == ["waits"]
    assert (new / "a.sqlite").exists()


def test_files_on_another_file_system_are_copied_where_they_cannot_be_linked(
    tmp_path: Path, elsewhere: Path
):
    data, new = tmp_path / "data", tmp_path / "new"
    _made(data / "a.sqlite")
    (data / ".sent").symlink_to(elsewhere)
    (elsewhere / "waits").write_bytes(b"a photo")
    packed = Using(lambda: (elsewhere / "waits").unlink(missing_ok=True))

    save("service", data, packed, beside=(".sent",))
    packed.seek(0)
    restore("service", new, packed)

    assert not (elsewhere / "waits").exists()
    assert (new / ".sent" / "waits").read_bytes() == b"a photo"


def test_two_files_written_in_turn_are_copied_as_of_one_moment(tmp_path):
    """The first is always written before the second: no copy may have the second ahead, or the first ahead by two."""
    data, first, second = tmp_path / "data", "a.sqlite", "below/b.sqlite"
    for name in (first, second):
        _made(data / name)
    stop = threading.Event()

    def write() -> None:
        with (
            closing(sqlite3.connect(data / first, timeout=5)) as one,
            closing(sqlite3.connect(data / second, timeout=5)) as other,
        ):
            number = 0
            while not stop.is_set():
                number += 1
                for database in (one, other):
                    database.execute("INSERT INTO counted VALUES (?)", (number,))
                    database.commit()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while not _written(data / second):
            pass
        copies = [_packed(data) for _ in range(8)]
    finally:
        stop.set()
        writer.join()

    for number, packed in enumerate(copies):
        into = tmp_path / str(number)
        restore("service", into, packed)
        assert _last(into / first) - _last(into / second) in {0, 1}


def _written(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as database:
        return bool(database.execute("SELECT count(*) FROM counted").fetchone()[0])


def test_a_session_that_is_never_done_writing_keeps_no_backup_waiting(tmp_path):
    """kurigram's transaction stays open from one timer's tick to the next; what it has committed is copied."""
    data = tmp_path / "data"
    _made(data / "bot.session")
    with closing(sqlite3.connect(data / "bot.session")) as session:
        session.execute("INSERT INTO counted VALUES (1)")
        session.commit()
        session.execute("INSERT INTO counted VALUES (2)")
        packed = _packed(data)

    restore("service", tmp_path / "new", packed)

    assert _last(tmp_path / "new" / "bot.session") == 1


def test_what_is_replaced_is_kept_aside_with_its_log(tmp_path):
    data = tmp_path / "data"
    _made(data / "a.sqlite")
    packed = _packed(data)
    (data / "a.sqlite-wal").write_bytes(b"of another file")

    aside = restore("service", data, packed)

    assert (aside / "a.sqlite-wal").read_bytes() == b"of another file"
    assert not (data / "a.sqlite-wal").exists()
    assert (data / "a.sqlite").stat().st_mode & 0o077 == 0


def test_a_running_service_is_not_restored_over(tmp_path):
    data = tmp_path / "data"
    _made(data / "a.sqlite")
    packed = _packed(data)

    with held(data / "service.lock"), pytest.raises(AlreadyRunning):
        restore("service", data, packed)


def test_what_is_no_backup_replaces_nothing(tmp_path):
    _made(tmp_path / "a.sqlite")

    with pytest.raises(NothingThere, match="no backup"):
        restore("service", tmp_path, io.BytesIO(b"not a tar file"))

    assert (tmp_path / "a.sqlite").exists()


@pytest.mark.parametrize("damage", ["cut", "changed", "without its end"])
def test_a_damaged_backup_replaces_nothing(tmp_path, damage):
    """One changed bit was restored without a word, into tables that could not be read."""
    data = tmp_path / "data"
    _made(data / "a.sqlite")
    packed = bytearray(_packed(data).getvalue())
    if damage == "changed":
        packed[-8] ^= 1  # of the checksum, as one in what it is of
    else:
        del packed[-8 if damage == "without its end" else -20 :]

    with pytest.raises(NothingThere, match="damaged"):
        restore("service", data, io.BytesIO(packed))

    assert [path.name for path in data.glob("*.sqlite")] == ["a.sqlite"]
    assert not list(data.glob("replaced-*"))


def test_a_copy_of_what_services_share_is_restored(tmp_path):
    """The gateway's own was refused as storage's: its tables are on PostgreSQL."""
    for name in ("telegram/bot1.session", "storage.sqlite"):
        _made(tmp_path / "there" / name)

    restore("gateway", tmp_path / "here", _packed(tmp_path / "there", "gateway"))

    assert (tmp_path / "here" / "storage.sqlite").exists()


def test_the_copy_of_another_service_replaces_nothing(tmp_path):
    """Their names tell nothing with tables on PostgreSQL: either holds a session and no more."""
    for folder in ("there", "here"):
        _made(tmp_path / folder / "telegram" / "bot1.session")
    packed = _packed(tmp_path / "there", "notifier")

    with pytest.raises(NothingThere, match=r"backup of etm-notifier, not of etm-gat"):
        restore("gateway", tmp_path / "here", packed)

    assert not list((tmp_path / "here").glob("replaced-*"))


def test_a_folder_without_data_has_no_copy(tmp_path):
    with pytest.raises(NothingThere, match="holds no data"):
        save("service", tmp_path, io.BytesIO())


@pytest.fixture
def slow_backup(tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A backup of ``data`` in a process of its own, amid its work: nobody reads what it writes."""
    _made(tmp_path / "data" / "a.sqlite")
    with closing(sqlite3.connect(tmp_path / "data" / "a.sqlite")) as database:
        database.execute("CREATE TABLE large AS SELECT randomblob(4000000)")
        database.commit()
    command = [sys.executable, "-c", SAVE, str(tmp_path / "data")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.read(1)
        yield process
        process.kill()


SAVE = """
import sys, pathlib
from chassis.backup import save
save("service", pathlib.Path(sys.argv[1]), sys.stdout.buffer)
"""


def test_what_a_killed_backup_left_goes_with_the_next(
    tmp_path: Path, slow_backup: "subprocess.Popen[bytes]"
):
    data = tmp_path / "data"
    slow_backup.kill()
    slow_backup.wait()
    left = list(data.glob(".backup-*"))

    _packed(data)

    assert len(left) == 1
    assert list(data.glob(".backup-*")) == []


def test_a_backup_at_work_keeps_its_copies_whatever_other_begins(
    tmp_path: Path, slow_backup: "subprocess.Popen[bytes]"
):
    data = tmp_path / "data"
    _packed(data)
    at_work = list(data.glob(".backup-*"))

    slow_backup.communicate()

    assert len(at_work) == 1
    assert slow_backup.returncode == 0
    assert list(data.glob(".backup-*")) == []


def test_what_a_killed_restore_left_goes_with_the_next(tmp_path: Path):
    data = tmp_path / "data"
    _made(data / "a.sqlite")
    packed = _packed(data)
    (data / ".restore-1234" / "below").mkdir(parents=True)

    restore("service", data, packed)

    assert list(data.glob(".restore-*")) == []
