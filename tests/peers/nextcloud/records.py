"""What the peer remembers across a restart, in one SQLite file: JSON records by kind and id."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any


class Records:
    """Written through at each change; nothing is fsynced, as a test peer survives a restart, not a power cut."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS record (kind TEXT, id INTEGER, body TEXT, PRIMARY KEY (kind, id))"
        )

    def save(self, kind: str, key: int, body: Any) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO record VALUES (?, ?, ?)",
            (kind, key, json.dumps(body)),
        )

    def save_all(self, kind: str, rows: Iterable[tuple[int, Any]]) -> None:
        self._db.execute("BEGIN")
        self._db.executemany(
            "INSERT OR REPLACE INTO record VALUES (?, ?, ?)",
            ((kind, key, json.dumps(body)) for key, body in rows),
        )
        self._db.execute("COMMIT")

    def forget(self, kind: str, key: int) -> None:
        self._db.execute("DELETE FROM record WHERE kind = ? AND id = ?", (kind, key))

    def all(self, kind: str) -> Iterator[tuple[int, Any]]:
        for key, body in self._db.execute(
            "SELECT id, body FROM record WHERE kind = ? ORDER BY id", (kind,)
        ):
            yield key, json.loads(body)

    def close(self) -> None:
        self._db.close()
