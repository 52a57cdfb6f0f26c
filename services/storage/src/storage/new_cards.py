"""A card that is not there yet, made once although a try that failed may have written it."""

from typing import Any

from storage.boards import Boards
from storage.card_finder import CardFinder
from storage.deck import DeckClient
from storage.deck_models import DeckCard
from storage.patience import Patience


class NewCards:
    """
    Makes cards.

    Args:
        deck: Where they are.
        boards: The board they belong to.
        finder: Looks, before another try, whether the one before has written.
        patience: With which it is tried again.
    """

    def __init__(
        self, deck: DeckClient, boards: Boards, finder: CardFinder, patience: Patience
    ) -> None:
        self._deck = deck
        self._boards = boards
        self._finder = finder
        self._patience = patience

    async def make(self, reference: str, column: str, sent: dict[str, Any]) -> DeckCard:
        """Make the card of *reference*, whose fields are *sent*, in *column*."""
        async for attempt in self._patience.tries():
            with attempt:
                again = attempt.retry_state.attempt_number > 1
                card = await self._tried(reference, column, sent, again=again)
        return card

    async def _tried(
        self, reference: str, column: str, sent: dict[str, Any], *, again: bool
    ) -> DeckCard:
        if again:
            # The try that failed may have written all the same.
            found = await self._finder.find(reference)
            if found is not None and not found.is_on_archived_board:
                return found
        board, stack = await self._boards.ensure(column)
        made = await self._deck.create_card(board.board_id, stack.id, sent)
        return made.model_copy(update={"board_id": board.board_id})
