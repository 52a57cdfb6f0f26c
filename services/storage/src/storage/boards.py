"""The board, its columns and labels, made when missing, each once."""

import asyncio
import time
from dataclasses import dataclass

from contracts.actions import COLUMNS
from contracts.errors import ServiceError
from storage.deck import DeckClient
from storage.deck_models import DeckBoard, DeckLabel, DeckStack

_FRESH_S = 60.0


@dataclass(frozen=True)
class Board:
    """One living board; ``columns`` are its living stacks by title, ``labels`` its labels."""

    board_id: int
    columns: dict[str, DeckStack]
    labels: dict[str, DeckLabel]

    def column_of(self, stack_id: int) -> str:
        """Name the column with that id; ``""`` when it is another board's."""
        return next((s.title for s in self.columns.values() if s.id == stack_id), "")


class Boards:
    """Finds the board by its title among the living, makes it and its columns where they are missing."""

    def __init__(self, deck: DeckClient, title: str) -> None:
        self._deck = deck
        self._title = title
        self._alone = asyncio.Lock()
        self._known: Board | None = None
        self._known_until = 0.0

    async def find(self) -> Board | None:
        """Give the board as it is now, if there is one."""
        found = await self._found()
        return await self.board(found.id) if found else None

    async def board(self, board_id: int) -> Board:
        """Give one board as it is now."""
        board = await self._deck.board(board_id)
        living = sorted(
            (one for one in board.stacks if not one.deleted_at),
            key=lambda one: -one.id,
        )
        return Board(
            board.id,
            {one.title: one for one in living},
            {one.title: one for one in board.labels},
        )

    async def known(self, board_id: int) -> Board:
        """Give one board as of at most a minute ago."""
        board = self._fresh()
        return (
            board
            if board and board.board_id == board_id
            else await self.board(board_id)
        )

    async def ensure(self, column: str) -> Board:
        """Give the board, with *column*, and on a new board with the three of the actions."""
        async with self._alone:
            board = self._fresh()
            if board is not None and column in board.columns:
                return board
            found = await self._found() or await self._created()
            board = await self.board(found.id)
            wanted = COLUMNS.values() if not board.columns else ()
            for title in dict.fromkeys([*wanted, column]):
                if title not in board.columns:
                    await self._create_stack(board, title)
            self._known, self._known_until = board, time.monotonic() + _FRESH_S
            return board

    async def ensure_label(self, board: Board, title: str) -> DeckLabel:
        """Give the board's label of that title."""
        async with self._alone:
            if title not in board.labels:
                try:
                    made = await self._deck.create_label(board.board_id, title)
                except ServiceError:
                    now = await self.board(board.board_id)
                    if title not in now.labels:
                        raise
                    made = now.labels[title]
                board.labels[title] = made
            return board.labels[title]

    def forget(self) -> None:
        """Look anew: the board may have been archived or deleted."""
        self._known = None

    def _fresh(self) -> Board | None:
        return self._known if time.monotonic() < self._known_until else None

    async def _found(self) -> DeckBoard | None:
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
            # It may have been made all the same.
            found = await self._found()
            if found is None:
                raise
            return found

    async def _create_stack(self, board: Board, title: str) -> None:
        try:
            made = await self._deck.create_stack(
                board.board_id, title, len(board.columns) + 1
            )
        except ServiceError:
            now = await self.board(board.board_id)
            if title not in now.columns:
                raise
            made = now.columns[title]
        board.columns[title] = made
