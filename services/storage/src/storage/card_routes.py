"""Routes of Deck cards."""

import hashlib
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response

from contracts.cards import Card, CardRequest
from contracts.errors import NotFound
from contracts.paging import Page
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


@router.get("")
async def find_cards(reference: Annotated[str, Query()], cards: Cards) -> Page[Card]:
    """List the card of a reference: one, or none."""
    try:
        return Page[Card](items=(await cards.get(reference),))
    except NotFound:
        return Page[Card](items=())


@router.get(
    "/{reference}",
    response_model=Card,
    responses={304: {"description": "Not modified"}},
)
async def get_card(
    reference: str,
    cards: Cards,
    response: Response,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Card | Response:
    """Say where the card of a reference is now; poll it with the last answer's ETag in `If-None-Match`."""
    card = await cards.get(reference)
    etag = f'"{hashlib.sha256(card.model_dump_json().encode()).hexdigest()[:32]}"'
    if if_none_match == etag:
        return Response(status_code=304, headers={"ETag": etag})
    response.headers["ETag"] = etag
    return card
