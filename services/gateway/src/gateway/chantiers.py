"""Which chantiers a technician can choose, and which one he means when he types."""

import asyncio
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from rapidfuzz import fuzz
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.actions import Action
from contracts.errors import TimedOut
from contracts.files import Chantier
from contracts.paging import Page
from contracts.storage_client import StorageClient
from contracts.texts import without_controls
from gateway import database
from gateway.database import offers
from gateway.menus import PAGE, Choice

CLOSE = 82.0
"""``fuzz.ratio`` from which two names are proposed as the same: one typo in six letters."""
_MAX_PROPOSALS = 5
_LIKE_AT_ONCE = 200


@dataclass(frozen=True)
class Offer:
    """
    A list of chantiers on display. ``cursor`` is where storage goes on; a proposal's ``typed`` is what it is for.
    """

    token: str
    chat_id: int
    choices: tuple[Choice, ...] = ()
    cursor: str | None = None
    typed: str = ""

    def choice(self, place: int) -> Choice | None:
        return self.choices[place] if 0 <= place < len(self.choices) else None

    def has_page_after(self, page: int) -> bool:
        return len(self.choices) > (page + 1) * PAGE or self.cursor is not None


class ChantierBook:
    """
    Storage's chantiers, as offers.

    Args:
        storage: Asked again within *wait_s*.
        wait_s: How long a technician may be kept waiting for an answer, in seconds.
    """

    def __init__(self, storage: StorageClient, *, wait_s: float) -> None:
        self._storage = storage
        self._wait_s = wait_s

    async def offer(self, chat_id: int) -> Offer:
        """
        List the newest chantiers.

        Raises:
            ServiceError: Storage does not answer.
        """
        return await self.with_page(Offer(new_token(), chat_id), 0)

    async def with_page(self, offer: Offer, page: int) -> Offer:
        """Lengthen an offer until it has *page*, from 0; what is on it keeps its place."""
        choices, cursor = offer.choices, offer.cursor
        while len(choices) < (page + 1) * PAGE and (cursor or not choices):
            found = await self._page(limit=PAGE, cursor=cursor)
            choices += tuple(_choice(chantier) for chantier in found.items)
            cursor = found.next
            if not found.items:
                break
        return Offer(offer.token, offer.chat_id, choices, cursor)

    async def near(self, typed: str) -> tuple[Choice, ...]:
        """Find existing chantiers whose client or folder is close to *typed*, the closest first."""
        return nearest(typed, await self.like(typed))[:_MAX_PROPOSALS]

    async def like(self, typed: str) -> tuple[Choice, ...]:
        """
        Find all existing chantiers that storage takes *typed* for.

        Raises:
            ServiceError: Storage does not answer.
        """
        choices: tuple[Choice, ...] = ()
        cursor = None
        while True:
            found = await self._page(limit=_LIKE_AT_ONCE, q=typed, cursor=cursor)
            choices += tuple(_choice(chantier) for chantier in found.items)
            cursor = found.next
            if cursor is None or not found.items:
                return choices

    async def _page(
        self, *, limit: int, q: str = "", cursor: str | None = None
    ) -> Page[Chantier]:
        try:
            async with asyncio.timeout(self._wait_s):
                return await self._storage.chantiers(limit=limit, q=q, cursor=cursor)
        except TimeoutError as error:
            raise TimedOut("storage takes too long to list the chantiers") from error


def nearest(typed: str, choices: Iterable[Choice]) -> tuple[Choice, ...]:
    """Keep those that are close to *typed*, the closest first."""
    scored = [(closeness(typed, choice), choice) for choice in choices]
    close = [pair for pair in scored if pair[0] >= CLOSE]
    close.sort(key=lambda pair: -pair[0])
    return tuple(choice for _, choice in close)


def closeness(typed: str, choice: Choice) -> float:
    """Say how near a typed name is to a chantier, 0 to 100; accents, case and the order of words do not count."""
    name = plain(typed)
    others = (plain(choice.client), plain(choice.name), plain(choice.label))
    return max(fuzz.token_sort_ratio(name, other) for other in others)


def is_same(typed: str, choice: Choice) -> bool:
    """Whether the name was typed as it is, but for capitals: then there is nothing to ask."""
    name = unicodedata.normalize("NFC", typed).casefold()
    return name in {choice.client.casefold(), choice.name.casefold()}


def is_spelt_alike(typed: str, choice: Choice) -> bool:
    """Whether the name was typed as it is, but for capitals, accents and doubled blanks."""
    return bare(typed) in {bare(choice.client), bare(choice.name)}


def folder_for(action: Action, choice: Choice) -> str:
    """What names the folder: only a finished job is filed in the chantier's own, the others go by the client's name."""
    return choice.name if action is Action.FIN else choice.client


def plain(text: str) -> str:
    """Lower-case letters without accents, and digits."""
    return "".join(char if char.isalnum() else " " for char in bare(text))


def new_token() -> str:
    """Name a list so that a button of an older one is recognised."""
    return secrets.token_hex(4)


async def keep_offer(db: AsyncConnection, offer: Offer) -> None:
    """Keep the list that a chat shows; the one before it is no longer valid."""
    await db.execute(
        delete(offers).where(
            offers.c.chat_id == offer.chat_id, offers.c.token != offer.token
        )
    )
    row = asdict(offer) | {"choices": [asdict(choice) for choice in offer.choices]}
    await database.put(db, offers, row)


async def kept_offer(db: AsyncConnection, token: str) -> Offer | None:
    query = select(offers).where(offers.c.token == token)
    row = (await db.execute(query)).mappings().one_or_none()
    if row is None:
        return None
    choices = tuple(Choice(**choice) for choice in row["choices"])
    return Offer(**{**row, "choices": choices})


def bare(text: str) -> str:
    """Lower case, without accents; each blank is one."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = (char for char in decomposed if not unicodedata.combining(char))
    return " ".join("".join(kept).split())


def _choice(chantier: Chantier) -> Choice:
    # Storage turns what stands for a control character in a folder's name back into it.
    client = without_controls(chantier.client) or chantier.name
    return Choice(chantier.name, client, without_controls(chantier.label))
