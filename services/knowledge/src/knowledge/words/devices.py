"""Brands and models, recognised in documents and questions."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files

from knowledge.words.folding import folded, has_digit, words_of

_TOKEN = re.compile(r"[a-z0-9][a-z0-9.+/-]*")
_NAMED_MODEL = re.compile(
    r"(?<![\w.-])(?:([A-Z][A-Za-z]{1,11}) (?=\d))?((?:[A-Z]{1,6}-?)?\d[\w.+/-]*|[A-Z][A-Za-z]{0,10}-?\d[\w.+/-]*)"
)
_BRAND_NUMBER = re.compile(r"(?<![a-z0-9])([a-z]{3,})-?(\d{2,5})(?![a-z0-9])")
_PART = re.compile(r"[a-z]+|\d+")
_NOT_A_FAMILY = re.compile(
    r"ac?|annexe|art(icle)?|aux?|avec|ce|chapitre|code|dc|des?|du|en|entre|erreur|est|et|etape|etat|fig(ure)?|fw|ip"
    r"|jusqu|l[ae]|les|max|min|no?|note|ou|page|par|pour|section|sous|st|state|sur|tableau|une?|vers|version|vis"
)


def brands_in(text: str) -> tuple[str, ...]:
    """Name the brands that *text* names, by themselves or by one of their devices."""
    return brands_among([*words_of(text), "|", *models_in(text)])


def brands_among(parts: list[str], known: Iterable[str] = ()) -> tuple[str, ...]:
    """As `brands_in`, of a text's words and models; *known* are brands of tags, besides the built-in ones."""
    found = dict.fromkeys(_named(parts))
    if known:
        whole = f" {' '.join(parts)} "
        found |= dict.fromkeys(brand for brand in known if f" {brand} " in whole)
    # "wallbox" is also any charger's everyday name, so it yields to a brand that has no other meaning.
    if len(found) > 1 and found.keys() >= {"wallbox"} and "pulsar" not in parts:
        del found["wallbox"]
    return tuple(found)


def parted(text: str) -> str:
    """Part a brand from the number glued to it, in folded text: ``sma3302`` is no model."""
    return _BRAND_NUMBER.sub(
        lambda m: f"{m[1]} {m[2]}" if _names().get(m[1]) == m[1] else m[0], text
    )


def is_brand(name: str) -> bool:
    """Whether *name*, folded, is a brand of the list."""
    return _names().get(name) == name


def is_device(word: str) -> bool:
    """Whether *word* alone names a device: ``p30`` is no error code."""
    return word in _names()


def device_names() -> Iterable[str]:
    """All names of the list."""
    return _names()


def models_in(text: str) -> tuple[str, ...]:
    """
    Name the models in *text*, from the family to the exact one.

    ``Symo 10.0-3-M`` gives ``symo10``, ``symo100``, ``symo1003`` and ``symo1003m``, so that a question that names
    only the beginning meets it, and one that names more meets it better.
    """
    if not has_digit(text):
        return ()
    found: dict[str, None] = {}
    before = ""
    for token in _TOKEN.findall(folded(text)):
        if not token.isalpha() and has_digit(token):
            joins = before.isalpha() and not _NOT_A_FAMILY.fullmatch(before)
            family = before if token[0].isdigit() and joins else ""
            found |= dict.fromkeys(_growing(family, token))
        before = token.strip(".+/-")
    return tuple(found)


def models_in_document(text: str) -> tuple[str, ...]:
    """As `models_in`, of prose: only what is written as a name, with a capital."""
    found: dict[str, None] = {}
    for family, token in _NAMED_MODEL.findall(text):
        known = "" if _NOT_A_FAMILY.fullmatch(family.lower()) else family
        found |= dict.fromkeys(_growing(known.lower(), token.lower()))
    return tuple(found)


def _growing(family: str, token: str) -> Iterator[str]:
    """Each beginning of the model that ends where letters meet digits, from the first that has both."""
    whole = family if 2 <= len(family) <= 12 else ""
    letters, digits = bool(whole), False
    for part in _PART.findall(token):
        whole += part
        if part.isdigit():
            digits = True
        else:
            letters = True
        if letters and digits:
            yield whole


def _named(parts: list[str]) -> Iterator[str]:
    """The brands of the names in *parts*, of one word or some side by side."""
    names, firsts = _names(), _first_words()
    begun = [start for start, word in enumerate(parts) if word in firsts]
    for start in begun:
        for end in range(start + 1, start + 1 + firsts[parts[start]]):
            if brand := names.get(" ".join(parts[start:end])):
                yield brand


@cache
def _first_words() -> Mapping[str, int]:
    """With what a name begins, and how many words such names have at most: most words of a question begin none."""
    most: dict[str, int] = {}
    for name in _names():
        first, *others = name.split(" ")
        most[first] = max(most.get(first, 0), 1 + len(others))
    return most


@cache
def _names() -> Mapping[str, str]:
    """Each brand and device with its brand: its words parted by one blank, or by none (``dedietrich``)."""
    names = {}
    lines = (
        (files("knowledge.words") / "brands.txt")
        .read_text(encoding="utf-8")
        .splitlines()
    )
    for line in lines:
        if line and not line.startswith("#"):
            brand, _, devices = line.partition(":")
            for name in (brand, *filter(None, devices.split(","))):
                words = words_of(name)
                names[" ".join(words)] = names["".join(words)] = " ".join(
                    words_of(brand)
                )
    return names
