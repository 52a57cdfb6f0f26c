"""One card per reference, made and brought to what is asked for: docs/decisions/0202-one-card.md"""

from collections.abc import Awaitable, Callable
from pathlib import PurePosixPath
from typing import Any

from chassis.keyed_locks import KeyedLocks
from contracts.cards import Card, CardRequest
from contracts.errors import Conflict, Forbidden, NotFound
from storage.boards import Boards
from storage.card_changes import changed_fields, is_moved
from storage.card_finder import CardFinder
from storage.card_memory import CardMemory, KnownCard
from storage.card_text import (
    described,
    is_marked,
    link_line,
    links_of,
    marked,
    parsed,
    require_reference,
    text_of,
    utc,
)
from storage.deck import DeckClient
from storage.deck_models import DeckCard
from storage.new_cards import NewCards
from storage.patience import Patience
from storage.titles import alike

Link = Callable[[str], Awaitable[str | None]]
"""Gives the address of what lies at a storage path, ``None`` when nothing does."""


class CardFiler:
    """
    Makes and changes cards by reference.

    Args:
        deck: Where they are.
        boards: The board they belong to.
        memory: Remembers what was asked for last, so that a repeat does not undo what people did since.
        link: For the attachments.
        patience: With which a creation is tried again, each time after a look.
    """

    def __init__(
        self,
        deck: DeckClient,
        boards: Boards,
        memory: CardMemory,
        link: Link,
        patience: Patience,
    ) -> None:
        self._deck = deck
        self._boards = boards
        self._finder = CardFinder(deck, memory)
        self._new_cards = NewCards(deck, boards, self._finder, patience)
        self._memory = memory
        self._link = link
        self._locks = KeyedLocks[str]()

    async def put(self, reference: str, request: CardRequest) -> Card:
        """
        Make the card of *reference*, or bring it to what *request* says; what that leaves out stays.

        Raises:
            Rejected: *reference* has characters that a search does not find again, or an assignee is not on the board.
        """
        require_reference(reference)
        async with self._locks.of(reference):
            try:
                return await self._put(reference, request)
            except (Forbidden, NotFound):
                # In Deck's words: somebody deleted the card, a label or the board meanwhile; or we may not write there.
                self._boards.forget()
                return await self._put(reference, request)

    async def get(self, reference: str) -> Card:
        """
        Say where the card of *reference* is now.

        Raises:
            NotFound: There is none.
        """
        card = await self.find(reference)
        if card is None:
            raise NotFound(f"No card has the reference {reference}.")
        return card

    async def find(self, reference: str) -> Card | None:
        """Look for the card of *reference*."""
        found = await self._finder.find(require_reference(reference))
        return await self._card(found, reference, created=False) if found else None

    async def _put(self, reference: str, request: CardRequest) -> Card:
        kept = await self._memory.request(reference)
        before = CardRequest.model_validate_json(kept) if kept else None
        found = await self._finder.find(reference)
        if found is not None and before == request:
            return await self._card(found, reference, created=False)
        if found is None or found.is_on_archived_board:
            created, card = True, await self._created(reference, request)
        else:
            card = await self._updated(found, reference, before, request)
            created = False
        await self._decorate(card, request)
        await self._remember(reference, card)
        await self._memory.keep_request(reference, request.model_dump_json())
        return await self._card(card, reference, created=created)

    async def _created(self, reference: str, request: CardRequest) -> DeckCard:
        text = request.description or ""
        sent: dict[str, Any] = {
            "title": request.title,
            "description": described(text, await self._links(request), reference),
        }
        if request.due_at is not None:
            sent["duedate"] = utc(request.due_at)
        return await self._new_cards.make(reference, request.column, sent)

    async def _updated(
        self,
        card: DeckCard,
        reference: str,
        before: CardRequest | None,
        request: CardRequest,
    ) -> DeckCard:
        text = request.description
        if text is None:
            text = text_of(card.description, reference)
        links = await self._links(request) or links_of(card.description)
        description = described(text, links, reference)
        changed = changed_fields(card, before, request, description)
        board_id = await self._board_id(card)
        if changed and not is_marked(card.description, reference):
            changed = {"description": marked(card.description, reference), **changed}
        if changed:
            updated = await self._deck.update_card(board_id, card, dict(changed))
            card = updated.model_copy(
                update={
                    "labels": card.labels,
                    "assigned": card.assigned,
                    "board_id": board_id,
                    "archived": card.archived,
                }
            )
        if is_moved(before, request) and not card.archived:
            card = await self._moved(card, request.column)
        return card

    async def _moved(self, card: DeckCard, column: str) -> DeckCard:
        board, stack = await self._boards.ensure(column)
        if card.stack_id == stack.id:
            return card
        await self._deck.move_card(board.board_id, card, stack.id)
        return card.model_copy(update={"stack_id": stack.id})

    async def _decorate(self, card: DeckCard, request: CardRequest) -> None:
        """
        Add the labels, people and comment that are missing; those that people added stay.

        An archived card takes neither labels nor people: Deck answers 500, for ever.
        """
        if not card.archived:
            await self._add_labels_and_people(card, request)
        if request.comment:
            comments = await self._deck.comments(card.id)
            if request.comment not in {one.message for one in comments}:
                await self._deck.comment(card.id, request.comment)

    async def _add_labels_and_people(
        self, card: DeckCard, request: CardRequest
    ) -> None:
        board_id = await self._board_id(card)
        has = {alike(label.title) for label in card.labels or ()}
        asked = {alike(title): title for title in request.labels or ()}
        for spelling, title in asked.items():
            if spelling not in has:
                board = await self._boards.known(board_id)
                label = await self._boards.ensure_label(board, title)
                await self._deck.assign_label(board_id, card, label.id)
        people = {one.participant for one in card.assigned or ()}
        for user in dict.fromkeys(request.assignees or ()):
            if user not in people:
                await self._deck.assign_user(board_id, card, user)

    async def _remember(self, reference: str, card: DeckCard) -> None:
        board_id = await self._board_id(card)
        known = KnownCard(card.id, board_id, card.stack_id, card.created_at)
        await self._memory.keep_known(reference, known)

    async def _links(self, request: CardRequest) -> list[str]:
        links = []
        for path in request.attachments:
            url = await self._link(path)
            if url is not None:
                links.append(link_line(PurePosixPath(path).name, url))
        return links

    async def _board_id(self, card: DeckCard) -> int:
        if card.board_id is not None:
            return card.board_id
        board = await self._boards.find()
        if board is None:
            raise Conflict("The board of the card was deleted; repeat.")
        return board.board_id

    async def _card(self, card: DeckCard, reference: str, *, created: bool) -> Card:
        board = await self._boards.known(await self._board_id(card))
        return Card(
            reference=reference,
            card_id=card.id,
            board_id=board.board_id,
            column=board.column_of(card.stack_id),
            title=card.title,
            url=self._deck.card_url(card.id),
            created=created,
            due_at=parsed(card.duedate),
        )
