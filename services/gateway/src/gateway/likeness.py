"""How near a typed name is to a chantier's."""

import unicodedata
from collections.abc import Iterable

from rapidfuzz import fuzz

from gateway.menus import Choice

CLOSE = 82.0
"""``fuzz.ratio`` from which two names are proposed as the same: one typo in six letters."""
CORRECTED = 60.0
"""From which a name that is typed after another is that one corrected: two letters changed places."""


def nearest(
    typed: str, choices: Iterable[Choice], at_least: float = CLOSE
) -> tuple[Choice, ...]:
    """Keep those that are close to *typed*, the closest first."""
    scored = [(_closeness(typed, choice), choice) for choice in choices]
    close = [pair for pair in scored if pair[0] >= at_least]
    close.sort(key=lambda pair: -pair[0])
    return tuple(choice for _, choice in close)


def _closeness(typed: str, choice: Choice) -> float:
    """Say how near a typed name is to a chantier, 0 to 100; accents, case and the order of words do not count."""
    name = _plain(typed)
    others = (_plain(choice.client), _plain(choice.name), _plain(choice.label))
    return max(fuzz.token_sort_ratio(name, other) for other in others)


def is_same(typed: str, choice: Choice) -> bool:
    """Whether the name was typed as it is, but for capitals: then there is nothing to ask."""
    name = unicodedata.normalize("NFC", typed).casefold()
    return name in {choice.client.casefold(), choice.name.casefold()}


def is_spelt_alike(typed: str, choice: Choice) -> bool:
    """Whether the name was typed as it is, but for capitals, accents and doubled blanks."""
    return bare(typed) in {bare(choice.client), bare(choice.name)}


def _plain(text: str) -> str:
    """Lower-case letters without accents, and digits."""
    return "".join(char if char.isalnum() else " " for char in bare(text))


def bare(text: str) -> str:
    """Lower case, without accents; each blank is one."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = (char for char in decomposed if not unicodedata.combining(char))
    return " ".join("".join(kept).split())
