"""What French words sound like, roughly, whatever their letters: ``enfase`` and ``enphase`` are one, and ``vite au cal`` and ``vitocal``."""

import re
from functools import lru_cache
from typing import Final

_LETTERS: Final = (
    ("ph", "f"),
    ("sch", "ch"),
    ("sh", "ch"),
    ("ch", "1"),
    ("h", ""),
    ("qu", "k"),
    ("ck", "k"),
    ("q", "k"),
    ("cc", "k"),
    ("eau", "o"),
    ("au", "o"),
    ("ou", "u"),
    ("oi", "ua"),
    ("w", "u"),
    ("z", "s"),
)
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"s?c(?=[eiy])", "s"),
        (r"c", "k"),
        (r"g(?=[eiy])", "j"),
        (r"gu(?=[eiy])", "g"),
        (r"(?<=[aeiou])(?:ill|y|i)(?=[aeou])", "2"),
        (r"(?<=..)e$", ""),
        (r"y|ie(?!n)", "i"),
        (r"[ae]n(?![aeioun])|[ae]m(?=[bp])", "an"),
        (r"(?:[ae]?i|u)[nm](?![aeiounm])", "in"),
        (r"[ae]i|eu|oe", "e"),
    )
)
"""``1`` is *ch*, ``2`` the *y* of *vaillant*."""
_DOUBLED = re.compile(r"(.)\1+")
_SILENT = re.compile(r"(?<=[aeiounrl])[tdp]?[stxdp]$")


@lru_cache(maxsize=1 << 15)  # the 4,000 words of names again at each change
def sound(word: str) -> str:
    """What *word*, folded, sounds like."""
    if word.endswith(("s", "t", "x", "d", "p")):
        word = _SILENT.sub("", word)
    for letters, heard in _LETTERS:
        word = word.replace(letters, heard)
    for pattern, heard in _SOUNDS:
        word = pattern.sub(heard, word)
    return _DOUBLED.sub(r"\1", word)
