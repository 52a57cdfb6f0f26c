"""The JSON that Deck shows: it differs from route to route, as recorded."""

from datetime import UTC, datetime
from typing import Any

from tests.peers.nextcloud.deck.state import (
    Attachment,
    Board,
    Card,
    DeckState,
    Label,
    Stack,
    etag_of,
)

Json = dict[str, Any]
MAY_ALL = {f"PERMISSION_{what}": True for what in ("READ", "EDIT", "MANAGE", "SHARE")}
SETTINGS = {"notify-due": "assigned", "calendar": True}


class Views:
    def __init__(self, state: DeckState, names: dict[str, str]) -> None:
        self.state, self.names = state, names

    def user(self, user: str) -> Json:
        return {
            "primaryKey": user,
            "uid": user,
            "displayname": self.names.get(user, user),
            "type": 0,
        }

    def acl(self, board: Board) -> list[Json]:
        return [
            {**entry, "participant": self.user(entry["participant"])}
            for entry in board.acl
        ]

    def label(
        self, label: Label, card_id: int | None = None, modified: int | None = 0
    ) -> Json:
        return {
            "id": label.id,
            "title": label.title,
            "color": label.color,
            "boardId": label.board_id,
            "cardId": card_id,
            "lastModified": modified,
            "ETag": etag_of(modified),
        }

    def board(
        self,
        board: Board,
        *,
        details: bool = True,
        listed: bool = False,
        labels: bool | None = None,
    ) -> Json:
        labels = details if labels is None else labels
        return {
            "id": board.id,
            "title": board.title,
            "owner": self.user(board.owner),
            "color": board.color,
            "archived": board.archived,
            "labels": [self.label(label) for label in self.state.labels_of(board)]
            if labels
            else [],
            "acl": self.acl(board),
            "permissions": MAY_ALL,
            "users": [self.user(member) for member in sorted(board.members())]
            if details
            else [],
            **({"shared": 0} if listed else {}),
            "stacks": [self.stack(stack) for stack in self.state.stacks_of(board)]
            if details
            else [],
            "activeSessions": [],
            "deletedAt": board.deleted,
            "lastModified": board.modified,
            "settings": SETTINGS if details else [],
            "ETag": etag_of(board.modified),
        }

    def new_board(self, board: Board) -> Json:
        """What creating it answers: nothing has a time yet."""
        labels = [
            self.label(label, modified=None) for label in self.state.labels_of(board)
        ]
        return {
            **self.board(board, details=False),
            "labels": labels,
            "lastModified": 0,
            "ETag": etag_of(0),
        }

    def stack(self, stack: Stack, cards: list[Json] | None = None) -> Json:
        """``cards`` is there only when there are some."""
        return {
            "id": stack.id,
            "title": stack.title,
            "boardId": stack.board_id,
            "deletedAt": stack.deleted,
            "lastModified": stack.modified,
            **({"cards": cards} if cards else {}),
            "order": stack.order,
            "ETag": etag_of(stack.modified),
        }

    def bare_card(self, card: Card, *, enriched: bool = False) -> Json:
        """A card as creating or changing it answers; *enriched* ones show labels and their owner's name."""
        return {
            "id": card.id,
            "title": card.title,
            "description": card.description,
            "descriptionPrev": card.previous,
            "stackId": card.stack_id,
            "type": card.type,
            "lastModified": card.modified,
            "lastEditor": card.editor,
            "createdAt": card.created,
            "labels": self.labels_of(card) if enriched else None,
            "assignedUsers": None,
            "attachments": None,
            "attachmentCount": None,
            "owner": self.user(card.owner) if enriched else card.owner,
            "order": card.order,
            "archived": card.archived,
            "done": card.done,
            "duedate": card.due,
            "notified": False,
            "deletedAt": card.deleted,
            "commentsUnread": 0,
            "commentsCount": 0,
            "relatedStack": None,
            "relatedBoard": None,
            "ETag": etag_of(card.modified),
        }

    def card(self, card: Card) -> Json:
        """A card as reading one answers."""
        full = self.bare_card(card, enriched=True)
        for missing in ("descriptionPrev", "notified", "relatedStack", "relatedBoard"):
            del full[missing]
        full["assignedUsers"] = [self.assignment(card, *pair) for pair in card.users]
        full["attachments"] = []
        full["commentsCount"] = sum(
            comment.card_id == card.id for comment in self.state.comments.values()
        )
        full["attachmentCount"] = self._attachment_count(card)
        return {**full, "overdue": overdue(card.due, self.state.now())}

    def card_in_list(self, card: Card) -> Json:
        return {**self.card(card), "attachments": None}

    def card_in_one_stack(self, card: Card) -> Json:
        return {
            **self.card_in_list(card),
            "labels": None,
            "owner": card.owner,
            "commentsCount": 0,
        }

    def found_card(self, card: Card) -> Json:
        stack = self.state.stacks[card.stack_id]
        board = self.state.boards[stack.board_id]
        return {
            **self.upcoming_card(card),
            "relatedBoard": self.board(board, details=False, listed=True, labels=True),
            "relatedStack": self.stack(stack),
        }

    def upcoming_card(self, card: Card) -> Json:
        board = self.state.boards[self.state.stacks[card.stack_id].board_id]
        return {
            **self.card_in_list(card),
            "boardId": board.id,
            "board": {"id": board.id, "title": board.title},
        }

    def archived_card(self, card: Card) -> Json:
        return {**self.bare_card(card), "attachmentCount": self._attachment_count(card)}

    def labels_of(self, card: Card) -> list[Json]:
        return [
            self.label(self.state.labels[label_id], card.id) for label_id in card.labels
        ]

    def assignment(self, card: Card, assignment_id: int, user: str) -> Json:
        return {
            "id": assignment_id,
            "participant": self.user(user),
            "cardId": card.id,
            "type": 0,
        }

    def attachment(self, attachment: Attachment, content_type: str) -> Json:
        stem, _, extension = attachment.name.rpartition(".")
        extended = {
            "filesize": attachment.size,
            "mimetype": content_type,
            "info": {
                "dirname": ".",
                "basename": attachment.name,
                "extension": extension,
                "filename": stem,
            },
            "attachmentCreator": {
                "displayName": self.names[self.state.owner],
                "id": self.state.owner,
                "email": None,
            },
        }
        if attachment.kind == "file":
            extended |= {
                "path": f"/Deck/{attachment.name}",
                "fileid": attachment.file_id,
                "data": attachment.name,
                "hasPreview": content_type.startswith("image/"),
                "permissions": 1,
            }
        return {
            "id": attachment.id,
            "cardId": attachment.card_id,
            "type": attachment.kind,
            "data": attachment.name,
            "lastModified": attachment.created,
            "createdAt": attachment.created,
            "createdBy": self.state.owner,
            "deletedAt": 0,
            "extendedData": extended,
        }

    def _attachment_count(self, card: Card) -> int:
        return sum(
            attachment.card_id == card.id
            for attachment in self.state.attachments.values()
        )


def overdue(due: str | None, now: int) -> int:
    """0 none, 1 next, 2 today, 3 overdue (deck: Card::getOverdue)."""
    if due is None:
        return 0
    days = (
        datetime.fromisoformat(due).date() - datetime.fromtimestamp(now, UTC).date()
    ).days
    return 3 if days < 0 else 2 if days == 0 else 1 if days == 1 else 0
