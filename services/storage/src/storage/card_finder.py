"""Which card belongs to a reference: by the line in its description, else by the id that was remembered."""

from contracts.errors import Forbidden
from storage.card_memory import CardMemory, KnownCard
from storage.card_text import is_marked, mark
from storage.deck import DeckClient
from storage.deck_models import DeckCard


class CardFinder:
    """
    Finds cards.

    Args:
        deck: Where they are.
        memory: Knows ids, for cards whose line somebody deleted.
    """

    def __init__(self, deck: DeckClient, memory: CardMemory) -> None:
        self._deck = deck
        self._memory = memory

    async def find(self, reference: str) -> DeckCard | None:
        """Give the card of *reference*, rather one that can be changed than one on an archived board."""
        cards = [
            card
            for card in await self._deck.search(mark(reference))
            if not card.deleted_at and is_marked(card.description, reference)
        ]
        if not cards:
            return await self._remembered(reference)
        return min(cards, key=lambda card: (card.is_on_archived_board, card.id))

    async def _remembered(self, reference: str) -> DeckCard | None:
        known = await self._memory.known(reference)
        if known is None:
            return None
        try:
            card = await self._deck.card(known.board_id, known.stack_id, known.card_id)
        except Forbidden:
            # In Deck's words: deleted, or on a board that is.
            return None
        if card.created_at != known.created_at:
            # A Nextcloud that was put back from a backup has given the id to another card.
            return None
        return await self._with_board(card, known)

    async def _with_board(self, card: DeckCard, known: KnownCard) -> DeckCard | None:
        """Add the board that the card was on, if it still is: Deck does not say; ``None`` in a deleted column."""
        try:
            board = await self._deck.board(known.board_id)
            if card.stack_id in {stack.id for stack in board.stacks}:
                found = {"board_id": board.id, "related_board": board}
                return card.model_copy(update=found)
            stack = await self._deck.stack(known.board_id, card.stack_id)
        except Forbidden:
            return card
        return None if stack.deleted_at else card
