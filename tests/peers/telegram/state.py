"""The peer's memory on disk, so that it may be started again where it stopped."""

import pickle
import sqlite3
from pathlib import Path
from typing import Any


class State:
    """Values by kind and key in one SQLite file, written through; nothing at all without a path."""

    def __init__(self, path: Path | None) -> None:
        self._database: sqlite3.Connection | None = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(path, isolation_level=None)
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("PRAGMA synchronous=OFF")
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS kept (kind, key BLOB, value BLOB, PRIMARY KEY (kind, key))"
            )

    def save(self, kind: str, key: Any, value: Any) -> None:
        """Keep *value*, replacing what was there."""
        if self._database is not None:
            row = (kind, pickle.dumps(key), pickle.dumps(value))
            self._database.execute("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", row)

    def load(self, kind: str) -> dict[Any, Any]:
        """All values of a kind, in the order of their keys' first arrival."""
        if self._database is None:
            return {}
        rows = self._database.execute(
            "SELECT key, value FROM kept WHERE kind = ? ORDER BY rowid", (kind,)
        )
        return {pickle.loads(key): pickle.loads(value) for key, value in rows}

    def close(self) -> None:
        """Close the file."""
        if self._database is not None:
            self._database.close()
