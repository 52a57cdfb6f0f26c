"""Routes of Deck cards."""

import hashlib
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response

from chassis.json_routes import JSONRoute
from contracts.cards import Card, CardRequest
from contracts.paging import Page, Shape
from storage.parts import Storage

router = APIRouter(prefix="/storage/cards", tags=["cards"], route_class=JSONRoute)


@router.put("/{reference}")
async def put_card(reference: str, card: CardRequest, storage: Storage) -> Card:
    """Make or change the one card of a reference; what is left out stays as it is."""
    return await storage.cards.put(reference, card)


@router.get("")
async def find_cards(
    reference: Annotated[str, Query()], storage: Storage, shape: Shape = "page"
) -> Page[Card] | tuple[Card, ...]:
    """List the card of a reference: one, or none."""
    card = await storage.cards.find(reference)
    items = (card,) if card else ()
    return items if shape == "items" else Page[Card](items=items)


@router.get(
    "/{reference}",
    response_model=Card,
    responses={304: {"description": "Not modified"}},
)
async def get_card(
    reference: str,
    storage: Storage,
    response: Response,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Card | Response:
    """Say where the card of a reference is now; poll it with the last answer's ETag in `If-None-Match`."""
    card = await storage.cards.get(reference)
    etag = f'"{hashlib.sha256(card.model_dump_json().encode()).hexdigest()[:32]}"'
    if if_none_match == etag:
        return Response(status_code=304, headers={"ETag": etag})
    response.headers["ETag"] = etag
    return card
