"""What the service remembers across a restart, in one SQLite file: chunks, answers given and owed, cards, links."""

import asyncio
import json
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
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

_BEGUN = 0
"""Stands among an upload's chunks from before its first one on."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """One piece of an upload that Nextcloud has acknowledged; ``number`` counts from 1."""

    number: int
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class UnansweredFile:
    """
    A file of a call that has no answer yet.

    ``etag`` is empty while Nextcloud has not said that it was created; ``stamp`` is the creation time, in seconds since
    1970, that it was given, or 0.
    """

    path: str
    call_id: str
    size_bytes: int
    sha256: str
    etag: str
    stamp: int
    made_at: float


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

    async def chunks(self, upload_id: str) -> tuple[Chunk, ...]:
        """List what was sent of one upload, in order."""
        rows = await self.rows(
            "SELECT number, size_bytes, sha256 FROM chunks WHERE upload_id = ? AND number > 0 ORDER BY number",
            upload_id,
        )
        return tuple(Chunk(*row) for row in rows)

    async def begin_upload(self, upload_id: str) -> None:
        """Remember an upload before anything of it is sent, so that it is gone on with, or removed one day."""
        await self.add_chunk(upload_id, Chunk(_BEGUN, 0, ""))

    async def has_begun(self, upload_id: str) -> bool:
        """Whether anything of one upload may have been sent."""
        rows = await self.rows(
            "SELECT 1 FROM chunks WHERE upload_id = ? LIMIT 1", upload_id
        )
        return bool(rows)

    async def add_chunk(self, upload_id: str, chunk: Chunk) -> None:
        await self.rows(
            "INSERT OR REPLACE INTO chunks VALUES (?, ?, ?, ?, ?)",
            upload_id,
            chunk.number,
            chunk.size_bytes,
            chunk.sha256,
            time.time(),
        )

    async def forget_upload(self, upload_id: str, *, after: int = _BEGUN - 1) -> None:
        """Forget one upload, or its chunks whose number is above *after*."""
        await self.rows(
            "DELETE FROM chunks WHERE upload_id = ? AND number > ?", upload_id, after
        )

    async def stale_uploads(self, older_than_s: float) -> tuple[str, ...]:
        """List the uploads that nobody has gone on with."""
        rows = await self.rows(
            "SELECT upload_id FROM chunks GROUP BY upload_id HAVING max(sent_at) < ?",
            time.time() - older_than_s,
        )
        return tuple(row[0] for row in rows)

    async def unanswered(self) -> tuple[UnansweredFile, ...]:
        """List the files of all calls that have no answer yet."""
        rows = await self.rows("SELECT * FROM unanswered")
        return tuple(UnansweredFile(*row) for row in rows)

    async def keep_unanswered(self, file: UnansweredFile) -> None:
        await self.rows(
            "INSERT OR REPLACE INTO unanswered VALUES (?, ?, ?, ?, ?, ?, ?)",
            *astuple(file),
        )

    async def drop_unanswered(self, path: str, call_id: str) -> None:
        await self.rows(
            "DELETE FROM unanswered WHERE path = ? AND call_id = ?", path, call_id
        )

    async def answered(self, paths: Iterable[str]) -> None:
        """
        Drop all rows of *paths*: what is there stays.

        On the disk before this returns: a row that came back after a power cut would take a file that an answer named.
        """
        listed = json.dumps(list(paths))

        def now() -> None:
            with self._at_work() as database:
                database.execute("PRAGMA synchronous=FULL")
                try:
                    database.execute(
                        "DELETE FROM unanswered WHERE path IN (SELECT value FROM json_each(?))",
                        (listed,),
                    )
                finally:
                    database.execute("PRAGMA synchronous=NORMAL")

        await asyncio.to_thread(now)

    async def answer(self, key: str) -> tuple[str, str] | None:
        """Give the fingerprint and the answer kept under an idempotency key."""
        rows = await self.rows(
            "SELECT fingerprint, answer FROM answers WHERE key = ?", key
        )
        return (rows[0][0], rows[0][1]) if rows else None

    async def keep_answer(
        self, key: str, fingerprint: str, answer: str, *, keep_s: float
    ) -> None:
        """Keep an answer, and drop those older than *keep_s*."""
        now = time.time()
        await self.rows("DELETE FROM answers WHERE given_at < ?", now - keep_s)
        await self.rows(
            "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)",
            key,
            fingerprint,
            answer,
            now,
        )

    async def figure(self, name: str, default: int) -> int:
        rows = await self.rows("SELECT value FROM figures WHERE name = ?", name)
        return int(rows[0][0]) if rows else default

    async def set_figure(self, name: str, value: int) -> None:
        await self.rows("INSERT OR REPLACE INTO figures VALUES (?, ?)", name, value)

    async def rows(self, statement: str, *values: str | int | float) -> list[Any]:
        """Run one statement, a transaction of its own."""

        def now() -> list[Any]:
            with self._at_work() as database:
                return database.execute(statement, values).fetchall()

        return await asyncio.to_thread(now)

    @contextmanager
    def _at_work(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._alone:
                yield self._database
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
