"""The session file: the account's key, the peers it has met, and how far its updates were handled."""

import sqlite3
from pathlib import Path
from typing import cast

from pyrogram.storage import SQLiteStorage, UpdateState


class SessionFile(SQLiteStorage):
    """
    kurigram's own file, private to its owner and written when we say so.

    kurigram commits what it learns only at start and stop; `keep` is called on a timer instead.
    """

    def __init__(self, name: str, folder: Path) -> None:
        super().__init__(name, folder, use_wal=True)

    async def open(self) -> None:
        """Open the file, made when missing, in a folder that is the owner's alone."""
        path = Path(self.database)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
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
