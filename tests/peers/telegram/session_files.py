"""The session file of a client that has logged in before."""

import sqlite3

from pyrogram.storage.sqlite_storage import SCHEMA, SQLiteStorage


def session_file(auth_key: bytes, user_id: int, api_id: int) -> bytes:
    """What kurigram keeps after a bot's log-in, before its first update."""
    database = sqlite3.connect(":memory:", isolation_level=None)
    database.executescript(SCHEMA)
    database.execute("INSERT INTO version VALUES (?)", (SQLiteStorage.VERSION,))
    database.execute(
        "INSERT INTO sessions VALUES (2, '149.154.167.51', 443, ?, 0, ?, 0, ?, 1)",
        (api_id, auth_key, user_id),
    )
    kept = database.serialize()
    database.close()
    return kept
