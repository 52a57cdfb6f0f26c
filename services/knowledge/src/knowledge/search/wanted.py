"""The codes that a question wants: as typed, and as passages have them."""

from collections.abc import Sequence
from typing import NamedTuple

from knowledge.words.codes import asked_codes, codes_after_names
from knowledge.words.retyped import other_readings
from knowledge.words.vocabulary import Vocabulary

SURE_DIGITS = 3
"""A number of so many digits that passages have as a code is one, where no brand stands beside it."""
_ERROR = frozenset({"e", "er", "err", "f"})


class WantedCodes(NamedTuple):
    """
    What is looked for.

    Args:
        codes: To look for.
        numbers: That may be codes, or counts or a device's.
        demanded: Without which there is no answer.
        others: That may be meant where the brand has no such code: ``e9`` of *erreur 9*, 9 of ``e9``.
    """

    codes: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    demanded: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        return (*self.codes, *self.numbers)


def wanted_codes(
    plain: str,
    text: str,
    models: Sequence[str],
    brands: Sequence[str],
    vocabulary: Vocabulary,
) -> WantedCodes:
    """
    Read the codes of a question as passages have them.

    Args:
        plain: The question, folded.
        text: The same with its words mended: what was meant by "ereur 567".
        models: Named in it, that passages are about.
        brands: Named in it.
        vocabulary: Knows which codes passages have.
    """
    is_known = vocabulary.codes.__contains__
    names = frozenset(" ".join(brands).split()) if brands else frozenset()

    def read(codes: Sequence[str], sure_digits: int = SURE_DIGITS) -> list[str]:
        found: dict[str, None] = {}
        for code in codes:
            if is_known(code):
                found[code] = None
            else:
                found |= dict.fromkeys(_read(code, names, vocabulary, sure_digits))
        return list(found)

    asked = asked_codes(plain if text == plain else f"{plain} . {text}")
    after = codes_after_names(text) if names else ()
    apart = [code for name, code in after if name in names]
    called = read([code for code in asked.certain if code not in asked.counted], 1)
    certain, written = [*called, *asked.counted], read((*asked.written, *apart))
    others = [
        other
        for code in (called if names else ())
        for other in _otherwise(code, vocabulary)
        if other not in certain
    ]
    known = [code for code in written if is_known(code)]
    possible = [
        code for code in read(asked.possible) if is_known(code) and code not in known
    ]
    unknown = [
        code
        for code in written
        if code not in known
        and code not in possible
        and code not in vocabulary
        and code.replace(".", "") not in models
    ]
    whole = _without_parts([*known, *possible])
    loose = [code for code in whole if code not in known and code.isdecimal()]
    bare = [code for code in loose if brands or len(code) < SURE_DIGITS]
    bare += [code for code in whole if code in vocabulary.guessed]
    codes = (*certain, *(code for code in whole if code not in bare))
    demanded = (*certain, *others, *unknown)
    return WantedCodes(codes, tuple(bare), demanded, tuple(others))


def _read(
    code: str, brands: frozenset[str], vocabulary: Vocabulary, sure_digits: int
) -> list[str]:
    """
    The codes that passages have and *code* may be; else *code*.

    Typed with a brand before it (``sma 3302``), or without its letters (``718`` for F.718, *erreur 12* for Er 12, or for
    H12 where a brand tells them apart); of less than *sure_digits* that would be a guess.
    """
    is_known = vocabulary.codes.__contains__
    bare = next((code.removeprefix(b) for b in brands if code.startswith(b)), code)
    known = next(filter(is_known, (*other_readings(code), bare)), None)
    if known or len(bare) < sure_digits:
        return [known or bare]
    lettered = vocabulary.lettered.get(bare, [])
    if len(bare) < SURE_DIGITS and not brands:
        lettered = [one for one in lettered if one.removesuffix(bare) in _ERROR]
    return lettered or [bare]


def _otherwise(code: str, vocabulary: Vocabulary) -> list[str]:
    """*code* with letters that were left out, or without those that stand for *erreur*."""
    if code.isdecimal():
        return _called(code, vocabulary)
    number = code.lstrip("er")
    return [number] if number in vocabulary.codes else []


def _called(number: str, vocabulary: Vocabulary) -> list[str]:
    lettered = vocabulary.lettered.get(number, [])
    return [code for code in lettered if code not in vocabulary.guessed]


def _without_parts(codes: list[str]) -> list[str]:
    """``eb105`` makes ``105`` of the same question nothing of its own."""
    return [
        code
        for code in codes
        if not any(other != code and other.endswith(code) for other in codes)
    ]
