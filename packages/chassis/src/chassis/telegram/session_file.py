"""The session file: the account's key, the peers it has met, and how far its updates were handled."""

import logging
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import cast

from pyrogram.storage import SQLiteStorage, UpdateState

from chassis.damaged import damage

logger = logging.getLogger(__name__)

_SET_ASIDE = ".damaged-"
"""Hidden from the backup."""
_BESIDE = ("-wal", "-shm")


class SessionFile(SQLiteStorage):
    """
    kurigram's own file, private to its owner and written when we say so.

    kurigram commits what it learns only at start and stop; `keep` is called on a timer instead.
    """

    def __init__(self, name: str, folder: Path) -> None:
        super().__init__(name, folder, use_wal=True)

    async def open(self) -> None:
        """
        Open the file, made when missing, in a folder that is the owner's alone.

        What a kill or a power cut has spoilt is set aside and begun anew, since the bot's token logs in again. The positions are
        lost with it, so what was sent meanwhile is not asked for; waiting for somebody to look would lose more.
        """
        path = Path(self.database)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _set_spoilt_aside(path)
        await super().open()  # type: ignore[no-untyped-call]  # kurigram's is not annotated
        for file in path.parent.glob(f"{path.name}*"):  # with its -wal and -shm
            file.chmod(0o600)

    async def close(self) -> None:
        """Close the file; harmless when it is closed or was never opened."""
        connection, self._conn = self._conn, None
        if connection is not None:
            connection.close()

    async def keep(self, settled: list[UpdateState]) -> None:
        """Write down what was learnt about peers, and the positions *settled*."""
        if self._conn is None:
            return
        if settled:
            await self.set_update_state(settled)
        if self._conn.in_transaction:
            self._conn.commit()

    async def positions(self) -> list[UpdateState]:
        """The positions kept last."""
        return cast("list[UpdateState]", await self.get_update_states())

    async def forget_key(self) -> None:
        """Make the next start log in anew. Peers and positions belong to the account and stay."""
        with cast("sqlite3.Connection", self._conn) as connection:
            connection.execute("UPDATE sessions SET auth_key = NULL, user_id = NULL")


def _set_spoilt_aside(path: Path) -> None:
    spoilt = _spoilt(path) if path.exists() else None
    if spoilt is None:
        return
    aside = path.with_name(f"{_SET_ASIDE}{path.name}")
    for beside in _BESIDE:
        path.with_name(f"{path.name}{beside}").unlink(missing_ok=True)
    path.replace(aside)
    logger.error(
        "the Telegram session was spoilt (%s) and is kept as %s: the bot logs in anew, and what was sent to it while it was away"
        " is not fetched",
        spoilt,
        aside,
    )


def _spoilt(path: Path) -> str | None:
    """Say what is wrong with a file; one that a kill left without its first row is begun anew too."""
    said = damage(path)
    if said:
        return said
    with closing(sqlite3.connect(path)) as file:
        try:
            has_row = file.execute("SELECT 1 FROM sessions, version").fetchone()
        except sqlite3.OperationalError as error:
            return str(error) if "no such table" in str(error) else None
    return None if has_row else "it is empty"
