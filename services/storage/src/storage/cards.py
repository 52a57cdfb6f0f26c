"""One card per reference, found again by a line of its description."""

from collections.abc import Awaitable, Callable
from pathlib import PurePosixPath
from typing import Any

from contracts.cards import Card, CardRequest
from contracts.errors import NotFound
from storage.boards import Board, Boards
from storage.card_text import described, is_marked, mark, parsed, require_reference, utc
from storage.deck import DeckCard, DeckClient
from storage.nextcloud import patiently
from storage.writers import Writers

Link = Callable[[PurePosixPath], Awaitable[str | None]]
"""Gives the address of what lies at a storage path, ``None`` when nothing does."""


class CardFiler:
    """
    Makes and changes cards by reference.

    Args:
        deck: Where they are.
        boards: The board they belong to.
        link: For the attachments.
        patience_s: For how long a creation is tried again, each time after a look.
    """

    def __init__(
        self, deck: DeckClient, boards: Boards, link: Link, *, patience_s: float
    ) -> None:
        self._deck = deck
        self._boards = boards
        self._link = link
        self._patience_s = patience_s
        self._writers = Writers()

    async def put(self, reference: str, request: CardRequest) -> Card:
        """
        Make the card of *reference*, or bring it to what *request* says; what that leaves out stays.

        Raises:
            Rejected: *reference* has characters that a search does not find again.
        """
        require_reference(reference)
        async with self._writers.alone(PurePosixPath(reference)):
            board = await self._boards.ensure(request.column)
            found = await self._find(reference)
            card = (
                await self._created(board, reference, request)
                if found is None
                else await self._updated(board, found, reference, request)
            )
        return self._card(board, card, reference, created=found is None)

    async def get(self, reference: str) -> Card:
        """
        Say where the card of *reference* is now.

        Raises:
            NotFound: There is none.
        """
        board = await self._boards.find()
        found = await self._find(require_reference(reference)) if board else None
        if board is None or found is None:
            raise NotFound(f"No card has the reference {reference}.")
        return self._card(board, found, reference, created=False)

    async def _find(self, reference: str) -> DeckCard | None:
        cards = [
            card
            for card in await self._deck.search(mark(reference))
            if not card.deleted_at and is_marked(card.description, reference)
        ]
        return min(cards, key=lambda card: card.id, default=None)

    async def _created(
        self, board: Board, reference: str, request: CardRequest
    ) -> DeckCard:
        sent: dict[str, Any] = {
            "title": request.title,
            "description": await self._described(reference, request),
        }
        if request.due_at is not None:
            sent["duedate"] = utc(request.due_at)
        stack = board.columns[request.column]
        async for attempt in patiently(self._patience_s):
            with attempt:
                # A try that failed may have written all the same.
                again = attempt.retry_state.attempt_number > 1
                card = (
                    await self._find(reference) if again else None
                ) or await self._deck.create_card(board.board_id, stack.id, sent)
        return card

    async def _updated(
        self, board: Board, card: DeckCard, reference: str, request: CardRequest
    ) -> DeckCard:
        changed: dict[str, Any] = {}
        if card.title != request.title:
            changed["title"] = request.title
        if request.description is not None:
            description = await self._described(reference, request)
            if description != card.description:
                changed["description"] = description
        if request.due_at is not None and parsed(card.duedate) != request.due_at:
            changed["duedate"] = utc(request.due_at)
        if not changed:
            return card
        return await self._deck.update_card(board.board_id, card, changed)

    async def _described(self, reference: str, request: CardRequest) -> str:
        links = []
        for path in map(PurePosixPath, request.attachments):
            url = await self._link(path)
            if url is not None:
                links.append((path.name, url))
        return described(request.description or "", links, reference)

    def _card(
        self, board: Board, card: DeckCard, reference: str, *, created: bool
    ) -> Card:
        return Card(
            reference=reference,
            card_id=card.id,
            board_id=card.board_id or board.board_id,
            column=board.column_of(card.stack_id),
            title=card.title,
            url=self._deck.card_url(card.id),
            created=created,
            due_at=parsed(card.duedate),
        )
