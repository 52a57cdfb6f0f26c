"""Titles that people and workflows type: the same in other capitals, accents or blanks is the same thing."""

import unicodedata
from collections.abc import Iterable
from typing import Protocol, TypeVar


class _Titled(Protocol):
    @property
    def title(self) -> str: ...


T = TypeVar("T", bound=_Titled)


def alike(title: str) -> str:
    """Give what a title has in common with its other spellings: ``Matériel`` and ``materiel`` are one."""
    plain = unicodedata.normalize("NFKD", title.casefold())
    kept = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(kept.split()) or title  # an emblem alone is no empty title


def titled(title: str, things: Iterable[T]) -> T | None:
    """Find the one with just that title, else the first that is spelt like it."""
    like = [one for one in things if alike(one.title) == alike(title)]
    exact = (one for one in like if one.title == title)
    return next(exact, like[0] if like else None)
