"""The board, its columns and labels, made when missing, each once."""

import asyncio
import time
from dataclasses import dataclass

from contracts.actions import COLUMNS
from contracts.errors import ServiceError
from storage.deck import DeckClient
from storage.deck_models import DeckBoard, DeckLabel, DeckStack
from storage.titles import titled

_FRESH_S = 60.0


@dataclass(frozen=True)
class Board:
    """One living board; ``columns`` are its living stacks, the oldest first, ``labels`` its labels."""

    board_id: int
    columns: list[DeckStack]
    labels: list[DeckLabel]

    def column(self, title: str) -> DeckStack | None:
        return titled(title, self.columns)

    def label(self, title: str) -> DeckLabel | None:
        return titled(title, self.labels)

    def column_of(self, stack_id: int) -> str:
        """Name the column with that id; ``""`` when it is another board's."""
        return next((one.title for one in self.columns if one.id == stack_id), "")


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
        living = [one for one in board.stacks if not one.deleted_at]
        return Board(
            board.id,
            columns=sorted(living, key=lambda one: one.id),
            labels=sorted(board.labels, key=lambda one: one.id),
        )

    async def known(self, board_id: int) -> Board:
        """Give one board as of at most a minute ago."""
        known = self._known
        is_fresh = time.monotonic() < self._known_until
        if known is not None and is_fresh and known.board_id == board_id:
            return known
        return await self.board(board_id)

    def forget(self) -> None:
        """Unlearn what was known for a minute: somebody deleted some of it."""
        self._known = None

    async def ensure(self, column: str) -> tuple[Board, DeckStack]:
        """Give the board and its *column*, made where it is missing; a new board has the three of the actions."""
        async with self._alone:
            # Not as of a minute ago: Deck takes a card in a deleted column, where nobody sees it.
            found = await self._found() or await self._deck.create_board(self._title)
            board = await self.board(found.id)
            for title in COLUMNS.values() if not board.columns else ():
                await self._create_stack(board, title)
            stack = board.column(column) or await self._create_stack(board, column)
            self._known, self._known_until = board, time.monotonic() + _FRESH_S
            return board, stack

    async def ensure_label(self, board: Board, title: str) -> DeckLabel:
        """Give the board's label of that title."""
        async with self._alone:
            label = board.label(title)
            if label is None:
                try:
                    label = await self._deck.create_label(board.board_id, title)
                except ServiceError:
                    label = (await self.board(board.board_id)).label(title)
                    if label is None:
                        raise
                board.labels.append(label)
            return label

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

    async def _create_stack(self, board: Board, title: str) -> DeckStack:
        try:
            made = await self._deck.create_stack(
                board.board_id, title, len(board.columns) + 1
            )
        except ServiceError:
            found = (await self.board(board.board_id)).column(title)
            if found is None:
                raise
            made = found
        board.columns.append(made)
        return made
