"""
Error codes, recognised however they are typed, each in one canonical form.

``E-05``, ``e05`` and ``E 5`` are ``e5``; ``F2.1``, ``f 2,1`` are ``f2.1``; ``st 567``, ``erreur567`` and ``State 567``
are ``567``; ``7H-04`` is ``7h.4``. In a document a bare number is a code only where its surroundings say so; in a
question any number may be one, since it counts only where some passage has that code.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from knowledge.words.blinks import blinked_times, blinks, told_blinks
from knowledge.words.folding import folded, has_digit

MAX_RANGE: Final = 32
"""``401 à 404`` stands for its codes when it is no longer than this."""

MAX_DIGITS: Final = 6

WORDS: Final = (
    r"(?:codes?|err(?:eurs?|ors?)?|er+e?u?r+s?|etats?|states?|stat|st|status|statuts?|statu|def(?:auts?)?|faults?|alarmes?|alarms?|alm"
    r"|alertes?|messages?|msg|evenements?|evts?|events?|avertissements?|warnings?|warn|pannes?|ids?)(?![a-z](?![.-]?\d))"
)
"""What calls a code one, and may be glued to it; ``stat`` of ``statut 11`` does not."""
JOINT: Final = r"\s*(?:n[o°]\.?|n (?=\d)|numeros?|num\.?|no\.?|#|:|-|=|\(|c'est(?: le| un)?(?= ))?\s*"
_HEX = r"(?:0x[0-9a-f]{1,6}|\d{1,2}x[0-9a-f]{2}(?![0-9a-z]))"
"""``0x8013``; ``18xc3``: class and number, as inverters show them."""
_TURNED = r"\d[a-z](?:[-.]?\d{1,2})?(?![a-z0-9])"
_LETTERED = r"[a-z]{1,3}[ .:_-]{0,2}\d{1,5}(?:[.,-]\d{1,3})?[a-z]?(?![a-z0-9])"
_BARE = r"\d{1,6}(?:[.-]\d{1,3})?(?![a-z0-9])"
_SNAKE = r"[a-z]{2,8}_[a-z]{0,2}\d{2,4}"
"""``PINV_a067``: the module that tells, and its alert."""
_CODE = (
    rf"(?:{_SNAKE}(?:_[a-z]+)*|{_HEX}|{_TURNED}|(?:[a-z]:)?{_HEX}|{_LETTERED}|{_BARE})"
)
_AND = r"\s*(?:,|/|;|\bet\b|\bou\b|\ba\b|&|\+|-|–|\.\.\.)\s*"
_CODES = rf"{_CODE}(?:{_AND}{_CODE})*"

_WORD_FOR_CODE = re.compile(WORDS)
_NAMED = re.compile(rf"(?<![a-z])(?<!sous[ -])(?<!sub[ -]){WORDS}{JOINT}({_CODES})")
_AFTER_NAME = re.compile(
    rf"(?<![a-z]){WORDS} ([a-z]{{3,}}) (\d{{3,5}}|[a-z]{{1,3}}[-.]?\d{{1,4}})(?![a-z0-9.,-])"
)
_WHOLE = re.compile(rf"(?:{WORDS}{JOINT}|#)?{_CODES}")
_OPENING = re.compile(
    rf"^\s*(?:{WORDS}{JOINT})?({_CODE})\s*(?:[-–—:|)]\s*|\s{{2,}})(?=[a-z\"«(])"
)
_TITLED = re.compile(
    r"\s*(?:[A-Z]{1,3}[-.: ]?\d{1,4}(?:[.,-]\d{1,3})?|\d[A-Z](?:-?\d{1,2})?|\d{3,5})(?=\s[A-ZÀ-Ý][a-zà-ÿ'])"
)
"""``E-05 Fuite de courant``: a code and the title of its entry, with nothing between them."""
_ONE = re.compile(
    rf"(?P<hex>{_SNAKE}|{_HEX})"
    r"|(?<![a-z0-9])(?P<turned>\d[a-z])(?:[-.]?(?P<turn>\d{1,2}))?(?![a-z0-9])"
    r"|(?P<letters>(?<![a-z])[a-z]{1,3})?[ .:_-]{0,2}(?<!\d)(?P<digits>\d{1,6})"
    r"(?:(?P<joint>[.,-])(?P<sub>\d{1,3}))?(?P<suffix>[a-z])?(?![a-z0-9])"
)
_CONJUNCTION = re.compile(r"(?<!^)\b(?:et|ou|a)\b(?=\s*\d)")
_RANGE = re.compile(
    r"(?<![a-z\d.])([a-z]{0,3})([1-9]\d{0,4})(?:\s+a\s+|\s*(?:-|–|\.\.\.)\s*)\1([1-9]\d{0,4})(?![\d.a-z])"
)
"""``401 à 404``; ``3A12`` is one code, and ``04-12``, since no range begins with a zero."""
_PLAIN = re.compile(rf"(?<![a-z0-9_])(?:0x[0-9a-f]{{1,6}}|{_SNAKE})(?![a-z0-9])")
"""What is a code by its form alone."""
_EQUATED = re.compile(r"(?<![\w.,=-])(\d{1,4}) ?= ?(?=[a-z\"«])")
"""``06 = précharge, 12 = contacteur collé``."""
_WRITTEN = re.compile(
    r"(?<![A-Za-z0-9.,-])(?:[A-Z]{1,3}[-.: _]?\d{1,4}(?:[.-]\d{1,2})?|\d[A-Z]-\d{2})(?![A-Za-z0-9]|[.,-]?\d)"
)
_GLUED = re.compile(
    r"(?<![a-z0-9.,-])(?<!\d )[a-z]{1,3}[-._]?\d{1,4}(?:[.,-]\d{1,2})?(?![a-z0-9]|[.,-]\d)"
)
_SPACED = re.compile(
    r"(?<![a-z0-9.,'-])(?!a \d\b)[a-z]{1,3} \d{1,4}(?:[.,-]\d{1,2})?(?![a-z0-9]|[.,-]\d)"
)
_LONE = re.compile(
    r"(?<![a-z0-9.,'-])(?<!\d )[efhu] \d{2,4}(?:[.,-]\d{1,2})?(?![a-z0-9]|[.,/-]\d| r\d?[nv])"
)
"""``f 740``, ``h 91``: letters that are no word, before a number, are a code's; not in *6 h 30*, *U 1000 R2V*, *H 07 RN-F*."""
_SHOWN = re.compile(
    r"(?<![a-z])(?:met|affich[a-z]*|marque|sort) (?:(?:un|le) )?(\d{3,5})(?![a-z0-9.,/-])"
)
"""``elle affiche 734``: an appliance shows no other number of so many digits without a unit."""
_LOOSE = re.compile(
    rf"(?<![a-z0-9.,'-])(?:\d{{1,2}}x[0-9a-f]{{2}}(?![a-z0-9])|{_TURNED}(?![.,-]\d)"
    r"|(?<!/)(?:\d{2}-\d{2}(?![a-z0-9-])|\d{1,3}\.\d{1,2}(?![a-z0-9%°²]|[.,/-]\d)|\d{2,6}(?![a-z0-9%°²]|[.,/-]\d)))"
)
"""``7h-04``, ``04-12``, ``22.3``, ``567``: what begins with a digit and may be a code."""
_NEVER = re.compile(
    r"r(?:22|32|134a?|290|404a?|407c?|410a?|449a?|452b|454[bc]?|513a?|744)|rj(?:11|12|45)|rs(?:232|422|485)|ip[2-6]\d|ik\d\d"
    r"|co2|mc4|pt1000?|cat[5-8]a?|[gm]sm\d|lte\d|h24|(?:qq|kk|qlq|kelk|quelq)1"
)
"""Refrigerants, sockets, buses, protection ratings, *24 h* and *quelqu'un*: they look like codes and are none unless called so."""
UNIT = re.compile(
    r"\s*(?:%|°|(?:k?wh?c?|kva|k?tl|m?a|m?v|hz|mm2?|cm|m2?|m3|bars?|mbar|h|min|s|sec|l|kg|ohms?|kohms?|mohms?|c|ct|ans?|euros?"
    r"|fois|jours?|mois|metres?|amperes?|amps?|volts?|watts?|kilowatts?|degres?|litres?|heures?|minutes?|secondes?|modules?|panneaux|pieces?|phases?|personnes?)\b(?!'))"
)


class AskedCodes(NamedTuple):
    """
    What a question names.

    ``certain`` were called codes by the one who asks ("erreur 567"), so an answer without them is no answer.
    ``written`` are written as codes are ("f.999"), ``possible`` only look like one ("le 12" looks like ``le12``).
    ``counted`` are those of the certain that are counts of flashes, which no code has letters for.
    """

    certain: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()


def asked_codes(question: str) -> AskedCodes:
    """Recognise the codes of a question, each in its exact form."""
    if not has_digit(question):
        return AskedCodes()
    text = folded(question)
    called = _unmeasured(text, _NAMED, _SHOWN)
    certain = [code for codes in called for code in each_code(codes, bases=False)]
    if "0x" in text or "_" in text:
        certain += [c for one in _PLAIN.findall(text) for c in each_code(one)]
    counted = tuple([code for count in blinks(text) for code in each_code(count)])
    certain += counted
    seen = {part for code in certain for part in (code, code.partition(".")[0])}
    written = _fresh([*_GLUED.findall(text), *_unmeasured(text, _LONE)], seen)
    loose = [*_unmeasured(text, _SPACED, _LOOSE), *blinked_times(text)]
    possible = _fresh(loose, seen)
    return AskedCodes(tuple(dict.fromkeys(certain)), written, possible, counted)


def codes_after_names(question: str) -> Iterator[tuple[str, str]]:
    """Each code with the word between it and its word for code: ``alarme huawei 2099``; the word may be a brand."""
    for match in _AFTER_NAME.finditer(question):
        for code in each_code(match[2], bases=False):
            yield match[1], code


def codes_of_text(text: str) -> frozenset[str]:
    """Recognise the codes that a passage is about or mentions."""
    written = [folded(code) for code in _WRITTEN.findall(text)]
    return called_codes(text).union(
        c for codes in written for c in each_code(codes) if not _NEVER.fullmatch(c)
    )


def called_codes(text: str) -> frozenset[str]:
    """As `codes_of_text`, without those that are only written as codes are: ``WM85`` may be a device."""
    plain = folded(text)
    lists = [*_unmeasured(plain, _NAMED), *_PLAIN.findall(plain), *told_blinks(plain)]
    equated = _EQUATED.findall(plain)
    if len(equated) > 1:  # a single one is a sum
        lists += equated
    return opening_codes(text).union(c for codes in lists for c in each_code(codes))


def codes_of_cell(cell: str) -> frozenset[str]:
    """Recognise the codes in a table's cell that stands in a column of codes."""
    return frozenset(each_code(folded(cell)))


def is_code(cell: str, *, called: bool = False) -> bool:
    """
    Whether *cell* is a code, or some, and nothing else, so that its row is an entry of a list of codes.

    Args:
        cell: Of a table, or a heading.
        called: What stands above calls it a code, so that ``7H`` is not seven hours.
    """
    text = folded(cell).strip()
    measure = not called and UNIT.fullmatch(text.lstrip("0123456789.,"))
    return bool(_WHOLE.fullmatch(text)) and not measure


def opening_codes(text: str) -> frozenset[str]:
    """The codes that *text* is an entry for: ``567 – Défaut d'isolement``; none when it is no entry of a list."""
    if opening := _OPENING.match(folded(text)):
        return frozenset(each_code(opening[1]))
    titled = _TITLED.match(text)
    return frozenset(each_code(folded(titled[0]))) if titled else frozenset()


def _fresh(texts: list[str], seen: set[str]) -> tuple[str, ...]:
    fresh = []
    for text in texts:
        for code in each_code(text, bases=False):
            if code not in seen and not _NEVER.fullmatch(code):
                seen.add(code)
                fresh.append(code)
    return tuple(fresh)


def _unmeasured(plain: str, *forms: re.Pattern[str]) -> list[str]:
    """What *forms* find in *plain* before no unit: ``101, 102 et 104`` behind a word for code."""
    return [
        match[match.lastindex or 0]
        for form in forms
        for match in form.finditer(plain)
        if not UNIT.match(plain, match.end())
    ]


def each_code(codes: str, *, bases: bool = True) -> Iterator[str]:
    """
    All codes of a folded list: ``101, 102 et 104``, ``401 a 404``.

    Args:
        codes: Folded.
        bases: Whether ``U4-01`` is an entry of ``u4`` too.
    """
    if codes.isdecimal() and len(codes) <= MAX_DIGITS:  # as most are
        yield str(int(codes))
        return
    if not codes.isalnum():
        for letters, first, last in _RANGE.findall(codes):
            if int(first) < int(last) <= int(first) + MAX_RANGE:
                numbers = range(int(first), int(last) + 1)
                yield from (f"{_without_word(letters)}{number}" for number in numbers)
        codes = _CONJUNCTION.sub(" , ", codes)
    for match in _ONE.finditer(codes):
        yield from _forms(match, bases=bases)


def _forms(match: re.Match[str], *, bases: bool) -> Iterator[str]:
    """The exact form of one code and, with *bases*, the code that it is a part of."""
    if plain := match["hex"]:
        yield f"0x{plain[2:].lstrip('0')}" if plain.startswith("0x") else plain
        return
    sub, joint = match["sub"] or match["turn"], match["joint"] or "-"
    letters = match["letters"] or ""
    head = match["turned"] or f"{_without_word(letters)}{int(match['digits'])}"
    yield f"{head}{match['suffix'] or ''}" + (f".{int(sub)}" if sub else "")
    if bases and sub and joint == "-":
        yield head


def _without_word(letters: str) -> str:
    return "" if _WORD_FOR_CODE.fullmatch(letters) else letters
