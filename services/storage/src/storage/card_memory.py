"""What is remembered of each card: what was asked for last, and where it was."""

from dataclasses import astuple, dataclass

from storage.state import State


@dataclass(frozen=True, slots=True)
class KnownCard:
    """Where a reference's card was; ``created_at``, in seconds since 1970, tells it from another with its id."""

    card_id: int
    board_id: int
    stack_id: int
    created_at: int


class CardMemory:
    """By reference, across a restart."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def request(self, reference: str) -> str | None:
        """Give what was asked for last of one card."""
        rows = await self._state.rows(
            "SELECT request FROM cards WHERE reference = ?", reference
        )
        return str(rows[0][0]) if rows else None

    async def keep_request(self, reference: str, request: str) -> None:
        await self._state.rows(
            "INSERT OR REPLACE INTO cards VALUES (?, ?)", reference, request
        )

    async def known(self, reference: str) -> KnownCard | None:
        rows = await self._state.rows(
            "SELECT card_id, board_id, stack_id, created_at FROM known_cards WHERE reference = ?",
            reference,
        )
        return KnownCard(*rows[0]) if rows else None

    async def keep_known(self, reference: str, card: KnownCard) -> None:
        await self._state.rows(
            "INSERT OR REPLACE INTO known_cards VALUES (?, ?, ?, ?, ?)",
            reference,
            *astuple(card),
        )
