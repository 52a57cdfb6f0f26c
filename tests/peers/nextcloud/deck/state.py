"""Boards, stacks, labels, cards, comments and attachments, and where they are kept."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from itertools import count
from typing import Any, TypeVar

from tests.peers.nextcloud.errors import DeckError
from tests.peers.nextcloud.records import Records

FIRST_LABELS = (
    ("Finished", "31CC7C"),
    ("To review", "317CCC"),
    ("Action needed", "FF7A66"),
    ("Later", "F1DB50"),
)


def etag_of(modified: int | None) -> str:
    """Deck's ETag: md5 of the second of the last change, so two changes within one second look the same."""
    return hashlib.md5(
        ("" if modified is None else str(modified)).encode(), usedforsecurity=False
    ).hexdigest()


@dataclass(slots=True)
class Label:
    id: int
    title: str
    color: str
    board_id: int


@dataclass(slots=True)
class Board:
    id: int
    title: str
    color: str
    owner: str
    archived: bool = False
    deleted: int = 0
    modified: int = 0
    acl: list[dict[str, Any]] = field(default_factory=list)

    def members(self) -> set[str]:
        return {self.owner, *(entry["participant"] for entry in self.acl)}


@dataclass(slots=True)
class Stack:
    id: int
    title: str
    board_id: int
    order: int
    deleted: int = 0
    modified: int = 0


@dataclass(slots=True)
class Card:
    id: int
    title: str
    stack_id: int
    owner: str
    description: str = ""
    previous: str | None = None
    type: str = "plain"
    order: int = 999
    archived: bool = False
    due: str | None = None
    done: str | None = None
    deleted: int = 0
    modified: int = 0
    created: int = 0
    editor: str | None = None
    labels: list[int] = field(
        default_factory=list
    )  # may hold one label twice, as Deck's table may
    users: list[tuple[int, str]] = field(
        default_factory=list
    )  # id of the assignment, user


@dataclass(slots=True)
class Comment:
    id: int
    card_id: int
    message: str
    author: str
    created: int


@dataclass(slots=True)
class Attachment:
    id: int
    card_id: int
    kind: str  # "deck_file", or "file": one in the user's own files
    name: str
    size: int
    created: int
    file_id: int = 0


Kept = Board | Stack | Label | Card | Comment | Attachment
T = TypeVar("T", Board, Stack, Label, Card, Comment, Attachment)


class DeckState:
    def __init__(
        self, records: Records, owner: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._clock = clock
        self._records = records
        self.owner = owner
        self.boards = self._load("board", Board)
        self.stacks = self._load("stack", Stack)
        self.labels = self._load("label", Label)
        self.cards = self._load("card", Card)
        self.comments = self._load("comment", Comment)
        self.attachments = self._load("attachment", Attachment)
        self.assignments = count(
            1 + sum(len(card.users) for card in self.cards.values())
        )

    def now(self) -> int:
        return int(self._clock())

    def _load(self, kind: str, of: type[T]) -> dict[int, T]:
        return {key: of(**body) for key, body in self._records.all(kind)}

    def save(self, thing: Kept) -> None:
        key = (
            thing.id
            if not isinstance(thing, Attachment)
            else thing.id * 2 + (thing.kind == "file")
        )
        self._records.save(type(thing).__name__.lower(), key, asdict(thing))

    # finding: Deck says 403, never 404, of what is not there

    def board(self, board_id: int, user: str) -> Board:
        self.welcome(user)
        board = self.boards.get(board_id)
        if board is None or board.deleted or user not in board.members():
            raise DeckError(403, "Permission denied")
        return board

    def stack(self, stack_id: int, user: str) -> Stack:
        stack = self.stacks.get(stack_id)
        if stack is None:
            raise DeckError(403, "Permission denied")
        self.board(stack.board_id, user)
        return stack

    def card(self, card_id: int, user: str, *, deleted: bool = False) -> Card:
        card = self.cards.get(card_id)
        if card is None:
            raise DeckError(403, "Permission denied")
        self.stack(card.stack_id, user)
        if card.deleted and not deleted:
            raise DeckError(403, "Card is deleted")
        return card

    def stacks_of(self, board: Board) -> list[Stack]:
        alive = [
            stack
            for stack in self.stacks.values()
            if stack.board_id == board.id and not stack.deleted
        ]
        return sorted(alive, key=lambda stack: (stack.order, stack.id))

    def cards_of(self, stack: Stack, *, archived: bool = False) -> list[Card]:
        cards = [
            c
            for c in self.cards.values()
            if c.stack_id == stack.id and not c.deleted and c.archived == archived
        ]
        return sorted(cards, key=lambda card: (card.order, card.id))

    def labels_of(self, board: Board) -> list[Label]:
        return [label for label in self.labels.values() if label.board_id == board.id]

    # changing

    def welcome(self, user: str) -> None:
        """The first call of a user makes the board "Personal"."""
        if not any(board.owner == user for board in self.boards.values()):
            board = self.add_board("Personal", "0087C5", user)
            for title in ("To do", "Doing", "Done"):
                self.changed(self.add_stack(board, title, 1))

    def add_board(self, title: str, color: str, owner: str) -> Board:
        board = Board(next_id(self.boards), title, color, owner, modified=self.now())
        self.boards[board.id] = board
        self.save(board)
        for label_title, label_color in FIRST_LABELS:
            self.add_label(board, label_title, label_color)
        return board

    def add_label(self, board: Board, title: str, color: str) -> Label:
        label = Label(next_id(self.labels), title, color, board.id)
        self.labels[label.id] = label
        self.save(label)
        return label

    def add_stack(self, board: Board, title: str, order: int) -> Stack:
        stack = Stack(next_id(self.stacks), title, board.id, order)
        self.stacks[stack.id] = stack
        self.save(stack)
        self.changed(board)
        return stack

    def changed(self, thing: Board | Stack | Card) -> None:
        """Note the time on *thing* and on what holds it."""
        thing.modified = self.now()
        self.save(thing)
        if isinstance(thing, Card):
            self.changed(self.stacks[thing.stack_id])
        elif isinstance(thing, Stack):
            self.changed(self.boards[thing.board_id])


def next_id(kept: dict[int, Any]) -> int:
    return max(kept, default=0) + 1
