"""Cards: made, changed, moved, labelled, assigned, searched."""

import re
from typing import Any

from tests.peers.nextcloud.deck.boards import with_etag, writable
from tests.peers.nextcloud.deck.checks import due_date, number, text
from tests.peers.nextcloud.deck.state import Board, Card, DeckState, etag_of, next_id
from tests.peers.nextcloud.deck.views import Json, Views
from tests.peers.nextcloud.errors import DeckError
from tests.peers.nextcloud.wire import Answer, Request, json_answer


class Cards:
    """The board of a card's URL is ignored (recorded); its stack counts where a card is made or changed."""

    def __init__(self, state: DeckState, views: Views) -> None:
        self.state, self.views = state, views

    def create(self, request: Request, stack_id: int, fields: dict[str, Any]) -> Answer:
        title = text(fields, "title", 255)
        stack = self.state.stack(stack_id, request.user)
        writable(self.state.boards[stack.board_id])
        shown_due, due = due_date(fields.get("duedate"), self.state.now())
        card = Card(
            next_id(self.state.cards),
            title,
            stack.id,
            request.user,
            description=str(fields.get("description") or ""),
            type=str(fields.get("type") or "plain"),
            order=int(fields.get("order", 999)),
            due=due,
            created=self.state.now(),
        )
        self.state.cards[card.id] = card
        self.state.changed(card)
        shown = {**self.views.bare_card(card), "duedate": shown_due}
        card.labels += [int(label) for label in fields.get("labels") or ()]
        card.users += [
            (next(self.state.assignments), str(user["id"]))
            for user in fields.get("users") or ()
        ]
        if card.labels or card.users:
            card.editor = request.user
        self.state.save(card)
        return json_answer(shown)

    def show(self, request: Request, card_id: int) -> Answer:
        card = self.state.card(card_id, request.user)
        return with_etag(request, self.views.card(card), etag_of(card.modified))

    def update(
        self, request: Request, stack_id: int, card_id: int, fields: dict[str, Any]
    ) -> Answer:
        """
        Change a card; what the caller leaves out is wiped: description, due date, order, done.

        The stack of the URL becomes the card's, a deleted card comes back, and one that is archived
        cannot be archived again (deck v1.13.9: CardService::update).
        """
        card = self.state.card(card_id, request.user, deleted=True)
        title, kind = text(fields, "title", 255), text(fields, "type", 255)
        text(fields, "owner", 64)
        target = self.state.stack(int(fields.get("stackId", stack_id)), request.user)
        self._writable(card, archived=fields.get("archived") is True)
        shown_due, due = due_date(fields.get("duedate"), self.state.now())
        if card.previous is None or card.editor not in (None, request.user):
            card.previous = card.description
        card.title, card.type, card.due, card.stack_id = title, kind, due, target.id
        card.description = str(fields.get("description") or "")
        card.order, card.deleted = int(fields.get("order") or 0), 0
        card.archived = bool(fields.get("archived", card.archived))
        card.done = due_date(fields.get("done"), self.state.now())[1]
        shown = self._changed(card, request)
        return json_answer({**shown, "duedate": shown_due})

    def delete(self, request: Request, card_id: int) -> Answer:
        card = self.state.card(card_id, request.user)
        card.deleted = self.state.now()
        return json_answer(self._changed(card, request))

    def reorder(self, request: Request, card_id: int, fields: dict[str, Any]) -> Answer:
        """Move to another stack: all cards there are numbered anew around the place asked for (recorded)."""
        card = self.state.card(card_id, request.user)
        wanted, stack_id = number(fields, "order"), number(fields, "stackId")
        target = self.state.stack(stack_id, request.user)
        self._writable(card, archived=card.archived)
        self.state.changed(self.state.stacks[card.stack_id])
        card.stack_id = target.id
        place = 0
        for other in self.state.cards_of(target):
            place += place == wanted
            other.order, place = place, place + 1
            self.state.save(other)
        card.editor = request.user
        self.state.changed(card)
        return json_answer(
            [self.views.bare_card(other) for other in self.state.cards_of(target)]
        )

    def assign_label(
        self, request: Request, card_id: int, fields: dict[str, Any]
    ) -> Answer:
        """Assigning twice answers 200 and is kept twice."""
        card = self.state.card(card_id, request.user)
        label_id = number(fields, "labelId")
        if label_id not in self.state.labels:
            raise DeckError(403, "Permission denied")
        self._writable(card, archived=card.archived)
        card.labels.append(label_id)
        self._changed(card, request)
        return json_answer(None)

    def assign_user(
        self, request: Request, card_id: int, fields: dict[str, Any]
    ) -> Answer:
        card = self.state.card(card_id, request.user)
        user = text(fields, "userId", 64)
        board = self._board(card)
        if user in [assigned for _, assigned in card.users]:
            raise DeckError(400, "The user is already assigned to the card")
        if user not in board.members():
            raise DeckError(400, "The user is not part of the board")
        card.users.append((next(self.state.assignments), user))
        self._changed(card, request)
        return json_answer(self.views.assignment(card, *card.users[-1]))

    def search(self, request: Request) -> list[Json]:
        """Find cards, archived ones too, by words and by ``title:``, ``description:``, ``list:``, ``tag:``; newest first."""
        words = re.findall(r'(?:\w+:)?"[^"]*"|\S+', request.query.get("term", ""))
        limit, cursor = request.query.get("limit"), request.query.get("cursor")
        found = [
            card
            for card in self._living(request.user)
            if all(self._matches(card, word) for word in words)
            and (cursor is None or card.modified < int(cursor))
        ]
        found.sort(key=lambda card: (-card.modified, -card.id))
        return [
            self.views.found_card(card)
            for card in found[: int(limit) if limit else None]
        ]

    def upcoming(self, request: Request) -> dict[str, list[Json]]:
        groups: dict[str, list[Json]] = {}
        for card in self._living(request.user):
            if card.archived or card.done or self._board(card).archived:
                continue
            group = "nodue" if card.due is None else "later"
            groups.setdefault(group, []).append(self.views.upcoming_card(card))
        return groups

    def _living(self, user: str) -> list[Card]:
        """Cards on boards that are not deleted, archived ones among them."""
        boards = [
            board
            for board in self.state.boards.values()
            if user in board.members() and not board.deleted
        ]
        stacks = {stack.id for board in boards for stack in self.state.stacks_of(board)}
        return [
            card
            for card in self.state.cards.values()
            if card.stack_id in stacks and not card.deleted
        ]

    def _board(self, card: Card) -> Board:
        return self.state.boards[self.state.stacks[card.stack_id].board_id]

    def _writable(self, card: Card, *, archived: bool) -> None:
        """Raises 500, for ever, on an archived board, and with *archived* on an archived card."""
        writable(self._board(card))
        if card.archived and archived:
            raise DeckError(500, "Operation not allowed. This card is archived.")

    def _matches(self, card: Card, word: str) -> bool:
        where, colon, wanted = word.partition(":")
        text_of = {
            "title": card.title,
            "description": card.description,
            "list": self.state.stacks[card.stack_id].title,
            "tag": " ".join(
                self.state.labels[label_id].title for label_id in card.labels
            ),
        }
        if colon and where in text_of:
            return wanted.strip('"').casefold() in text_of[where].casefold()
        return (
            word.strip('"').casefold() in f"{card.title}\n{card.description}".casefold()
        )

    def _changed(self, card: Card, request: Request) -> Json:
        """Answer first with the editor before this one, as Deck does, then note the new one."""
        self.state.changed(card)
        shown = self.views.bare_card(card, enriched=True)
        card.editor = request.user
        self.state.save(card)
        return shown
