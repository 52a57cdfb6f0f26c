"""The board and its columns, made when missing, each once."""

import asyncio
from dataclasses import dataclass

from contracts.actions import COLUMNS
from contracts.errors import ServiceError
from storage.deck import DeckBoard, DeckClient, DeckStack


@dataclass(frozen=True)
class Board:
    """The living board of our title; ``columns`` are its living stacks by title."""

    board_id: int
    columns: dict[str, DeckStack]

    def column_of(self, stack_id: int) -> str:
        """Name the column of a card; ``""`` when it lies on another board."""
        return next((s.title for s in self.columns.values() if s.id == stack_id), "")


class Boards:
    """Finds the board by its title among the living, makes it and its columns where they are missing."""

    def __init__(self, deck: DeckClient, title: str) -> None:
        self._deck = deck
        self._title = title
        self._alone = asyncio.Lock()

    async def find(self) -> Board | None:
        """Give the board as it is now, if there is one."""
        found = await self._find()
        return Board(found.id, await self._stacks(found.id)) if found else None

    async def ensure(self, column: str) -> Board:
        """Give the board, with *column*, and on a new board with the three of the actions."""
        async with self._alone:
            board = await self._find() or await self._created()
            stacks = await self._stacks(board.id)
            wanted = COLUMNS.values() if not stacks else ()
            for title in dict.fromkeys([*wanted, column]):
                if title not in stacks:
                    order = len(stacks) + 1
                    stacks[title] = await self._created_stack(board.id, title, order)
            return Board(board.id, stacks)

    async def _find(self) -> DeckBoard | None:
        living = [
            board
            for board in await self._deck.boards()
            if board.title == self._title
            and not board.archived
            and not board.deleted_at
        ]
        # The oldest, should somebody have made a second one.
        return min(living, key=lambda board: board.id, default=None)

    async def _created(self) -> DeckBoard:
        try:
            return await self._deck.create_board(self._title)
        except ServiceError:
            found = await self._find()
            if found is None:
                raise
            return found

    async def _stacks(self, board_id: int) -> dict[str, DeckStack]:
        living = [s for s in await self._deck.stacks(board_id) if not s.deleted_at]
        return {s.title: s for s in sorted(living, key=lambda s: -s.id)}

    async def _created_stack(self, board_id: int, title: str, order: int) -> DeckStack:
        try:
            return await self._deck.create_stack(board_id, title, order)
        except ServiceError:
            stacks = await self._stacks(board_id)
            if title not in stacks:
                raise
            return stacks[title]
