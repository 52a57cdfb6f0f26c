"""The one SQLite file in which the service remembers across a restart; each noun has its own module for its table."""

import asyncio
import sqlite3
import threading
from functools import partial
from pathlib import Path
from typing import Any

from contracts.errors import StorageFull, Unavailable

_SCHEMA = """
CREATE TABLE IF NOT EXISTS chunks (
    upload_id TEXT NOT NULL, number INTEGER NOT NULL, size_bytes INTEGER NOT NULL, sha256 TEXT NOT NULL,
    sent_at REAL NOT NULL, PRIMARY KEY (upload_id, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, answer TEXT NOT NULL, given_at REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS cards (reference TEXT PRIMARY KEY, request TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS known_cards (
    reference TEXT PRIMARY KEY, card_id INTEGER NOT NULL, board_id INTEGER NOT NULL, stack_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS unanswered (
    path TEXT NOT NULL, call_id TEXT NOT NULL, size_bytes INTEGER NOT NULL, sha256 TEXT NOT NULL,
    etag TEXT NOT NULL, stamp INTEGER NOT NULL, made_at REAL NOT NULL, PRIMARY KEY (path, call_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS links (
    print TEXT PRIMARY KEY, share_id TEXT NOT NULL, password_told TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS figures (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
"""


_FULL_S = 300.0
"""People free space, not time."""


class State:
    """
    Opened once; each call is one transaction in a thread.

    Args:
        file: Made with its folder where missing.

    Raises:
        StorageFull: Its disk is full.
        Unavailable: Its file cannot be used.
    """

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        # SQLite gives its other files the same mode.
        file.touch(mode=0o600)
        file.chmod(0o600)
        self._database = sqlite3.connect(
            file, check_same_thread=False, isolation_level=None
        )
        self._database.executescript(
            f"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; {_SCHEMA}"
        )
        # Of threads, not of tasks: a task that is cancelled leaves its thread at work.
        self._alone = threading.Lock()

    def close(self) -> None:
        """Wait for the statement at work, then close."""
        with self._alone:
            self._database.close()

    async def check(self) -> None:
        """See that something can be kept, by keeping it for a moment."""
        some = "x" * 16_384  # more than one page
        await self.rows("INSERT OR REPLACE INTO answers VALUES ('', '', ?, 0)", some)
        await self.rows("DELETE FROM answers WHERE key = ''")

    async def rows(
        self, statement: str, *values: str | int | float, is_flushed: bool = False
    ) -> list[Any]:
        """Run one statement, a transaction of its own; with *is_flushed* a power cut does not undo it."""
        run = partial(self._run, statement, values, is_flushed=is_flushed)
        try:
            return await asyncio.to_thread(run)
        except sqlite3.DatabaseError as error:
            # What Python's own module says has no code.
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
                raise StorageFull(
                    "The disk of the storage service (DATA_DIR) is full; free some, repeat.",
                    code="own_disk_full",
                    retry_after_s=_FULL_S,
                ) from error
            raise Unavailable(
                f"The storage service cannot use its file in DATA_DIR: {error}.",
                code="own_file_unusable",
            ) from error

    def _run(
        self, statement: str, values: tuple[str | int | float, ...], *, is_flushed: bool
    ) -> list[Any]:
        with self._alone:
            if not is_flushed:
                return self._database.execute(statement, values).fetchall()
            self._database.execute("PRAGMA synchronous=FULL")
            try:
                return self._database.execute(statement, values).fetchall()
            finally:
                self._database.execute("PRAGMA synchronous=NORMAL")
