"""The chantiers: the subfolders of ``Chantiers/``, newest first, found again by a rough name."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from operator import attrgetter

from rapidfuzz import fuzz

from contracts.actions import CHANTIERS
from contracts.errors import NotFound
from contracts.files import Chantier
from contracts.names import original_name
from contracts.paging import Page
from storage.listings import Listings
from storage.paging import Place, page_of
from storage.paths import wire
from storage.resources import Resource
from storage.webdav import WebDAVClient

_DATED = re.compile(r"([0-9]{8})[_\- ]+([^_\- ].*)", re.DOTALL)
_UNDATED = "00000000"
_DOWNWARDS = str.maketrans("0123456789", "9876543210")
_GOOD_ENOUGH = 78.0
"""Of 100: ``muler`` finds ``Müller`` (91), ``Meyer`` does not find ``Müller`` (36)."""


@dataclass(frozen=True)
class Named:
    """What a folder's name says."""

    client: str
    day: date | None

    @property
    def label(self) -> str:
        return f"{self.client} — {self.day:%d/%m/%Y}" if self.day else self.client


def named(folder: str) -> Named:
    """Read ``20260325_Müller``; a folder without a date is a client's name as it stands."""
    day, client = _dated(folder)
    return Named(original_name(client), day)


def _dated(folder: str) -> tuple[date | None, str]:
    """Part a folder's name into its day and the rest."""
    found = _DATED.fullmatch(folder)
    if found is None:
        return None, folder
    try:
        return date.fromisoformat(found[1]), found[2]
    except ValueError:
        return None, folder


@lru_cache(maxsize=256)
def chantier(folder: Resource, url: str) -> Chantier:
    """Describe one folder of ``Chantiers/``; the first page is asked for again and again."""
    name = named(folder.name)
    return Chantier(
        name=folder.name,
        label=name.label,
        client=name.client,
        date=name.day,
        path=wire(CHANTIERS / folder.name),
        modified_at=folder.modified_at,
        url=url,
    )


def newest_first(members: Iterable[Resource]) -> list[Resource]:
    """Keep the visible folders: by date prefix, then by time of modification, then by name."""
    folders = [one for one in members if one.collection and one.name[0] != "."]
    folders.sort(key=attrgetter("name"))
    return sorted(folders, key=_newness, reverse=True)


def matching(folders: Iterable[Resource], wanted: str) -> list[Resource]:
    """Keep what *wanted*, as `folded` gives it, may mean, small typos included; the better match first."""
    scored = [(_score(wanted, one.name), one) for one in folders]
    found = [pair for pair in scored if pair[0] >= _GOOD_ENOUGH]
    # Stable: what matches equally well stays newest first.
    return [one for _, one in sorted(found, key=lambda pair: -pair[0])]


def folded(text: str) -> str:
    """Strip accents, case and punctuation."""
    plain = unicodedata.normalize("NFKD", original_name(text).replace("ß", "ss"))
    kept = (
        char if char.isalnum() else " "
        for char in plain
        if not unicodedata.combining(char)
    )
    return " ".join("".join(kept).casefold().split())


def _key(text: str) -> str:
    """Say when two names are one; of such as ``⚡`` nothing is left when folded."""
    return folded(text) or original_name(text)


def _score(wanted: str, name: str) -> float:
    candidate = folded(name)
    if wanted in candidate:
        return 100.0
    if len(wanted) < 3 or wanted.replace(" ", "").isdigit():
        return 0.0  # another date is no typo
    return fuzz.partial_ratio(wanted, candidate, score_cutoff=_GOOD_ENOUGH)


def _newness(folder: Resource) -> str:
    return _day_prefix(folder.name[:9]) + folder.modified_order


def _place(folder: Resource) -> tuple[str, str]:
    """Say where it stands newest first: what is ordered downwards with its digits turned round."""
    return _newness(folder).translate(_DOWNWARDS), folder.name


def _match(wanted: str, folder: Resource) -> tuple[float, str, str]:
    """Say where it stands when the best match comes first."""
    return -_score(wanted, folder.name), *_place(folder)


@lru_cache(maxsize=4096)
def _day_prefix(beginning: str) -> str:
    """Give ``20260325`` for what begins with ``20260325_``, zeros without a day; many have the same."""
    return beginning[:8] if _dated(f"{beginning}x")[0] else _UNDATED


class Chantiers:
    """Lists the chantiers of one Nextcloud."""

    def __init__(self, listings: Listings, webdav: WebDAVClient) -> None:
        self._listings = listings
        self._webdav = webdav
        self._seen: tuple[Resource, ...] = ()
        self._ordered: list[Resource] = []

    async def page(self, *, limit: int, q: str, cursor: str | None) -> Page[Chantier]:
        """Give *limit* of them, newest first, or the best matches of *q* first."""
        ordered = await self._newest_first()
        place: Place = _place
        if wanted := folded(q):
            ordered, place = matching(ordered, wanted), partial(_match, wanted)
        shown, after = page_of(ordered, place, limit=limit, cursor=cursor)
        items = (chantier(one, self._webdav.url(one.file_id)) for one in shown)
        return Page[Chantier](items=tuple(items), next=after)

    async def find(self, name: str) -> str | None:
        """Give the folder that is called *name*, or the newest whose client is, whatever the accents and case."""
        folders = await self._newest_first()
        if any(one.name == name for one in folders):
            return name
        wanted = _key(named(name).client) if not named(name).day else _key(name)
        found = (
            one.name
            for one in folders
            if wanted in {_key(one.name), _key(named(one.name).client)}
        )
        return next(found, None)

    async def _newest_first(self) -> list[Resource]:
        """Order them once for each listing: 5,000 take longer than to ask whether they are still the same."""
        try:
            members = await self._listings.members(CHANTIERS)
        except NotFound:
            return []  # a new Nextcloud: the first report makes the folder
        if members is not self._seen:
            self._seen, self._ordered = members, newest_first(members)
        return self._ordered
