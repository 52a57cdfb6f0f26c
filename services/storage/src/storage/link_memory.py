"""Links with a password, known again without keeping it, or with an end that nobody asked for."""

import asyncio
import hashlib
import secrets
from dataclasses import dataclass

from storage.state import State

_NAME = "link passwords"
_SCRYPT_COST = 2**14
"""16 MiB and some 50 ms for each guess, should the state ever be read by somebody else."""


@dataclass(frozen=True, slots=True)
class KnownLink:
    """``told`` is what Nextcloud shows of its password and its end: another text once somebody has changed one."""

    share_id: str
    told: str


class LinkMemory:
    """Remembers by a hash of what was asked for."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def print_of(self, asked: str, *, holds_password: bool) -> str:
        """Hash *asked*; where it *holds_password*, slowly and with a secret of this service."""
        if not holds_password:
            return hashlib.sha256(asked.encode()).hexdigest()
        await self._state.rows(
            "INSERT OR IGNORE INTO secrets VALUES (?, ?)",
            _NAME,
            secrets.token_hex(32),
        )
        rows = await self._state.rows("SELECT value FROM secrets WHERE name = ?", _NAME)
        hashed = await asyncio.to_thread(
            hashlib.scrypt,
            asked.encode(),
            salt=bytes.fromhex(rows[0][0]),
            n=_SCRYPT_COST,
            r=8,
            p=1,
            dklen=32,
        )
        return hashed.hex()

    async def link(self, print_: str) -> KnownLink | None:
        """Give the link that was made for the same."""
        rows = await self._state.rows(
            "SELECT share_id, password_told FROM links WHERE print = ?", print_
        )
        return KnownLink(*rows[0]) if rows else None

    async def keep(self, print_: str, link: KnownLink) -> None:
        await self._state.rows(
            "INSERT OR REPLACE INTO links VALUES (?, ?, ?)",
            print_,
            link.share_id,
            link.told,
        )
