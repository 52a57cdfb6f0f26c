"""What has to change on a card that exists, so that people's own work on it stays."""

from collections.abc import Mapping
from typing import Any

from contracts.cards import CardRequest
from storage.card_text import parsed, utc
from storage.deck_models import DeckCard
from storage.titles import alike


def changed_fields(
    card: DeckCard, before: CardRequest | None, request: CardRequest, description: str
) -> Mapping[str, Any]:
    """
    Give the fields to send.

    Args:
        card: As it is.
        before: What was asked for last, where that is known: what is asked for again is left as people made it.
        request: What is asked for now.
        description: As *request* would have it.
    """
    asked = _asked(request)
    if before is not None:
        again = _asked(before)
        asked = {
            name: value for name, value in asked.items() if again.get(name) != value
        }
    changed: dict[str, Any] = {}
    if "title" in asked and card.title != request.title:
        changed["title"] = request.title
    if "text" in asked and card.description != description:
        changed["description"] = description
    if request.due_at and "due_at" in asked and parsed(card.duedate) != request.due_at:
        changed["duedate"] = utc(request.due_at)
    return changed


def is_moved(before: CardRequest | None, request: CardRequest) -> bool:
    """Whether the caller wants another column than last time; where people put the card does not count."""
    return before is not None and alike(before.column) != alike(request.column)


def _asked(request: CardRequest) -> dict[str, Any]:
    text = (request.description, request.attachments)
    asked = {"title": request.title, "text": text, "due_at": request.due_at}
    if text == (None, ()):
        del asked["text"]
    return asked
