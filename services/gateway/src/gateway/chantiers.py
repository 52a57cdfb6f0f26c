"""Which chantiers there are: a page of them to choose from, those that are like a typed name."""

import asyncio

from contracts.actions import Action
from contracts.errors import TimedOut
from contracts.files import Chantier
from contracts.paging import Page
from contracts.storage_client import StorageClient
from contracts.texts import without_controls
from gateway.likeness import nearest
from gateway.menus import PAGE, Choice
from gateway.offers import Offer

_MAX_PROPOSALS = 5
_LIKE_AT_ONCE = 200


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

    async def with_page(self, offer: Offer, page: int) -> Offer:
        """
        Lengthen an offer, newest chantiers first, until it has *page*, from 0; what is on it keeps its place.

        Raises:
            ServiceError: Storage does not answer.
        """
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


def folder_for(action: Action, choice: Choice) -> str:
    """What names the folder: only a finished job is filed in the chantier's own, the others go by the client's name."""
    return choice.name if action is Action.FIN else choice.client


def _choice(chantier: Chantier) -> Choice:
    # Storage turns what stands for a control character in a folder's name back into it.
    client = without_controls(chantier.client) or chantier.name
    return Choice(chantier.name, client, without_controls(chantier.label))
