"""Text as it is compared: lower case, without accents."""

import re
import unicodedata

_WORD = re.compile(r"[a-z0-9]+")
_MARKS = re.compile("[\u0300-\u036f]+")
"""The accents that NFKD parts from Latin letters."""
_DIGIT = re.compile(r"\d")
_SAME_LENGTH = str.maketrans(
    {"œ": "oe", "æ": "ae", "ß": "ss", "’": "'", "‑": "-", "–": "-", "—": "-"}
)


def folded(text: str) -> str:
    """Lower *text* and take its accents off: ``Réglé`` becomes ``regle``."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.lower().translate(_SAME_LENGTH))
    return _MARKS.sub("", parts)


def has_digit(text: str) -> bool:
    """Whether there can be a code, a model or a quantity in *text* at all; most questions have none."""
    return _DIGIT.search(text) is not None


def words_of(text: str) -> list[str]:
    """The words of *text*, folded, in order."""
    return _WORD.findall(folded(text))
