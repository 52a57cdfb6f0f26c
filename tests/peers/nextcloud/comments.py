"""Comments on Deck cards, which live under OCS."""

import re
from datetime import UTC, datetime
from typing import Any

from tests.peers.nextcloud.deck.state import Comment, DeckState, next_id
from tests.peers.nextcloud.errors import DeckError, OcsError
from tests.peers.nextcloud.wire import Request

LONGEST = 1000


class Comments:
    def __init__(self, state: DeckState, names: dict[str, str]) -> None:
        self.state, self.names = state, names

    def list(self, request: Request, card_id: int) -> list[dict[str, Any]]:
        """Newest first."""
        self._check_card(card_id, request.user)
        found = [one for one in self.state.comments.values() if one.card_id == card_id]
        offset, limit = (
            int(request.query.get("offset") or 0),
            int(request.query.get("limit") or 20),
        )
        return [
            self._shown(one)
            for one in sorted(found, key=lambda one: -one.id)[offset : offset + limit]
        ]

    def create(
        self, request: Request, card_id: int, fields: dict[str, Any]
    ) -> dict[str, Any]:
        """An empty message is accepted."""
        self._check_card(card_id, request.user)
        message = str(fields.get("message") or "")
        if len(message) > LONGEST:
            raise OcsError(400, f"Message exceeds allowed character limit of {LONGEST}")
        comment = Comment(
            next_id(self.state.comments),
            card_id,
            message,
            request.user,
            self.state.now(),
        )
        self.state.comments[comment.id] = comment
        self.state.save(comment)
        return self._shown(comment)

    def _check_card(self, card_id: int, user: str) -> None:
        try:
            self.state.card(card_id, user)
        except DeckError as refused:
            raise OcsError(refused.status, refused.message) from refused

    def _shown(self, comment: Comment) -> dict[str, Any]:
        mentioned = [
            user
            for user in re.findall(r"@([\w.]+)", comment.message)
            if user in self.names
        ]
        return {
            "id": comment.id,
            "objectId": comment.card_id,
            "message": comment.message,
            "actorId": comment.author,
            "actorType": "users",
            "actorDisplayName": self.names[comment.author],
            "creationDateTime": datetime.fromtimestamp(
                comment.created, UTC
            ).isoformat(),
            "mentions": [
                {
                    "mentionId": user,
                    "mentionType": "user",
                    "mentionDisplayName": self.names[user],
                }
                for user in mentioned
            ],
        }
