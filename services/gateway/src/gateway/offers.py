"""Lists of chantiers on display, which the buttons under them stand for."""

import secrets
from dataclasses import asdict, dataclass

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway import database
from gateway.database import offers
from gateway.menus import PAGE, Choice


@dataclass(frozen=True)
class Offer:
    """
    A list of chantiers on display. ``cursor`` is where storage goes on; a proposal's ``typed`` is what it is for, in a message.
    """

    token: str
    chat_id: int
    choices: tuple[Choice, ...] = ()
    cursor: str | None = None
    typed: str = ""
    message_id: int | None = None

    def choice(self, place: int) -> Choice | None:
        return self.choices[place] if 0 <= place < len(self.choices) else None

    def has_page_after(self, page: int) -> bool:
        return len(self.choices) > (page + 1) * PAGE or self.cursor is not None


def new_token() -> str:
    """Name a list so that a button of an older one is recognised."""
    return secrets.token_hex(4)


async def keep(db: AsyncConnection, offer: Offer) -> None:
    """Keep what a chat shows; what was before it is no longer valid, but for the list above a proposal."""
    before = (offers.c.chat_id == offer.chat_id) & (offers.c.token != offer.token)
    if offer.typed:
        before &= offers.c.typed != ""
    await db.execute(delete(offers).where(before))
    row = asdict(offer) | {"choices": [asdict(choice) for choice in offer.choices]}
    await database.put(db, offers, row)


async def kept(db: AsyncConnection, token: str) -> Offer | None:
    query = select(offers).where(offers.c.token == token)
    row = (await db.execute(query)).mappings().one_or_none()
    if row is None:
        return None
    choices = tuple(Choice(**choice) for choice in row["choices"])
    return Offer(**{**row, "choices": choices})
