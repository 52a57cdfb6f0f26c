"""Routes of Deck cards."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from contracts.cards import Card, CardRequest
from storage.cards import CardFiler

router = APIRouter(prefix="/storage/cards", tags=["cards"])


def _cards(request: Request) -> CardFiler:
    cards: CardFiler = request.app.state.cards
    return cards


Cards = Annotated[CardFiler, Depends(_cards)]


@router.put("/{reference}")
async def put_card(reference: str, card: CardRequest, cards: Cards) -> Card:
    """Make or change the one card of a reference; what is left out stays as it is."""
    return await cards.put(reference, card)


@router.get("/{reference}")
async def get_card(reference: str, cards: Cards) -> Card:
    """Say where the card of a reference is now."""
    return await cards.get(reference)
