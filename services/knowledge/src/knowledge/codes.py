"""
Error codes, recognised however they are typed, each in one canonical form.

``E-05``, ``e05`` and ``E 5`` are ``e5``; ``F2.1``, ``f 2,1`` are ``f2.1``; ``st 567``, ``erreur567`` and ``State 567``
are ``567``. In a document a bare number is a code only where its surroundings say so; in a question any number may be
one, since it counts only where some passage has that code.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from knowledge.folding import folded

MAX_RANGE: Final = 30
"""``401 à 404`` stands for its codes when it is no longer than this."""

_WORDS = (
    r"(?:codes?|err(?:eurs?|ors?)?|er+e?u?r+s?|etats?|states?|stat|st|status|statuts?|defauts?|faults?|alarmes?|alarms?"
    r"|alertes?|messages?|msg|evenements?|evts?|events?|avertissements?|warnings?|warn|pannes?|ids?|id\.? alarme)"
)
_JOINT = r"\s*(?:n[o°]\.?|numeros?|num\.?|no\.?|#|:|-|=|\()?\s*"
_BODY = r"(?:0x[0-9a-f]{1,6}|[a-z]{0,3}[\s.:_-]{0,2}\d{1,5}(?:[.,-]\d{1,3})?[a-z]?|\d[a-z](?:-\d{1,2})?)"
_LIST_JOINT = r"\s*(?:,|/|;|\bet\b|\bou\b|\ba\b|&|\+|-|–|\.\.\.)\s*"

_NAMED = re.compile(
    rf"(?<![a-z]){_WORDS}{_JOINT}({_BODY}(?:{_LIST_JOINT}{_BODY})*)(?![a-z0-9])"
)
_ONE = re.compile(
    r"(?P<hex>0x[0-9a-f]{1,6})"
    r"|(?P<letters>(?<![a-z])[a-z]{1,3})?[\s.:_-]{0,2}(?<!\d)(?P<digits>\d{1,5})(?:[.,-](?P<sub>\d{1,3}))?(?P<suffix>[a-z])?(?![a-z0-9])"
)
_RANGE = re.compile(r"(?<![\d.])(\d{1,5})\s*(?:a|-|–|\.\.\.)\s*(\d{1,5})(?![\d.])")
_CONJUNCTION = re.compile(r"\b(?:et|ou|a)\b(?=\s*\d)")
_LETTERED = re.compile(
    r"(?<![A-Za-z0-9.,-])([A-Z]{1,3})[-.: _]?(\d{1,4})(?:[.](\d{1,2}))?(?![A-Za-z0-9]|[.,]?\d)"
)
_TYPED = re.compile(
    r"(?<![a-z0-9.,-])([a-z]{1,3}[-._ ]?)(\d{1,4})(?:[.,](\d{1,2}))?(?![a-z0-9]|[.,]\d)"
)
_BARE = re.compile(
    r"(?<![a-z0-9.,'’/-])(\d{2,5})(?![a-z0-9%°²]|[.,/-]\d|\s*(?:%|°|ans?\b))"
)
_OPENING = re.compile(
    r"^\s*(?:"
    + _WORDS
    + _JOINT
    + r")?("
    + _BODY
    + r")\s*(?:[-–—:|)]\s*|\s{2,})(?=[A-Za-zÀ-ÿ\"«(])",
)
_UNIT = re.compile(
    r"\s*(?:k?wh?c?|kva|m?a|m?v|hz|mm2?|cm|m2?|m3|bars?|mbar|h|min|s|sec|l|kg|ohms?|kohms?|mohms?|c|ct|euros?|fois|jours?|mois|"
    r"metres?|modules?|panneaux|pieces?|phases?|personnes?)\b"
)


@dataclass(frozen=True, slots=True)
class AskedCodes:
    """
    What a question names.

    ``certain`` were called codes by the one who asks ("erreur 567"), so an answer without them is no answer;
    ``possible`` only look like one ("le 12" looks like ``le12``): what no passage has is not a code.
    """

    certain: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()


def asked_codes(question: str) -> AskedCodes:
    """Recognise the codes of a question."""
    text = folded(question)
    certain = tuple(dict.fromkeys(_named(text)))
    possible = [
        canonical(letters, digits, sub) for letters, digits, sub in _TYPED.findall(text)
    ]
    possible += [
        _number(match.group(1))
        for match in _BARE.finditer(text)
        if not _UNIT.match(text, match.end())
    ]
    parts = {part for code in certain for part in (code, code.partition(".")[0])}
    return AskedCodes(
        certain, tuple(code for code in dict.fromkeys(possible) if code not in parts)
    )


def codes_of_text(text: str) -> frozenset[str]:
    """Recognise the codes that a passage is about or mentions."""
    plain = folded(text)
    found = set(_named(plain))
    found |= {canonical(*parts) for parts in _LETTERED.findall(text)}
    if opening := _OPENING.match(plain):
        found |= set(_each(opening.group(1)))
    return frozenset(found)


def codes_of_cell(cell: str) -> frozenset[str]:
    """Recognise the codes in a table's cell that stands in a column of codes."""
    text = folded(cell)
    return frozenset((*_each(text), *_named(text)))


def is_code(cell: str) -> bool:
    """Whether *cell* is one code and nothing else, so that its row is an entry of a list of codes."""
    text = folded(cell).strip()
    whole = re.fullmatch(
        rf"(?:{_WORDS}{_JOINT})?{_BODY}(?:{_LIST_JOINT}{_BODY})*", text
    )
    return bool(whole) and not _UNIT.search(text)


def opens_with_code(text: str) -> bool:
    """Whether *text* is an entry of a list of codes: ``567 – Défaut d'isolement``."""
    return bool(_OPENING.match(folded(text)))


def canonical(letters: str, digits: str, sub: str = "") -> str:
    """Say a code in its one form: lower case, no separators, no leading zeros."""
    head = re.sub(r"[^a-z]", "", letters.lower())
    tail = f".{int(sub)}" if sub else ""
    return f"{head}{int(digits)}{tail}"


def _named(plain: str) -> Iterator[str]:
    for match in _NAMED.finditer(plain):
        if not _UNIT.match(plain, match.end(1)):
            yield from _each(match.group(1))


def _each(codes: str) -> Iterator[str]:
    """All codes of a folded list: ``101, 102 et 104``, ``401 a 404``."""
    for first, last in _RANGE.findall(codes):
        if int(first) < int(last) <= int(first) + MAX_RANGE:
            yield from (str(number) for number in range(int(first), int(last) + 1))
    for match in _ONE.finditer(_CONJUNCTION.sub(" , ", codes)):
        if match["hex"]:
            yield match["hex"]
            continue
        letters = match["letters"] or ""
        if re.fullmatch(_WORDS, letters):
            letters = ""
        yield canonical(letters, match["digits"], match["sub"] or "") + (
            match["suffix"] or ""
        )
        if match["sub"] and not letters:
            yield _number(match["digits"])


def _number(digits: str) -> str:
    return str(int(digits))
