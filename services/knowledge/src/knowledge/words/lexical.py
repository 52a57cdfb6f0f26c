"""Words as sparse vectors: BM25 over French stems, accents folded, so that *réglé* and *regler* meet."""

import re
from collections.abc import Container, Iterable
from functools import lru_cache
from itertools import chain
from typing import Final, NamedTuple

from qdrant_edge import Bm25, Bm25Config

from knowledge.words.dictated import MEASURED, said_quantities
from knowledge.words.folding import folded, has_digit

AVERAGE_WORDS: Final = 60.0
"""The length at which a passage is neither favoured nor held back, in words without stop words."""

_bm25 = Bm25(
    Bm25Config(
        language="french", ascii_folding=True, avg_len=AVERAGE_WORDS, k=0.6, b=0.3
    )
)
"""That a passage has more of the question's words counts more than that it is short, or repeats one of them (docs/decisions/0313)."""
_MEASURE = re.compile(
    rf"([0-9](?<![a-z0-9.,-].)[0-9]*(?:[.,][0-9]+)?)\s?({MEASURED}|k?wh?|kva|m?a|k?v"
    r"|hz|mm2|mm|cm|m|nm|kg|l|[km]?ohms?|j|h|min|s)(?![a-z0-9]|[.-][0-9])"
)
"""What may not stand before its first digit is looked for behind that, so that a search goes from digit to digit."""
_UP_TO: Final = ("à", "À", "a\u0300", "A\u0300")
"""Folded, *150 à 1000 V* would have 150 amperes."""
_JOINED = re.compile(r"(?<![a-z0-9])[a-z]{2,}(?:[.-][a-z]{2,})+(?![a-z0-9])")
_LETTERS = re.compile(r"(?<![a-z0-9'])[a-z](?: [a-z]){2,}(?![a-z0-9'])")
"""``b o v``: one letter after the other, as they are dictated."""
_NO_JOINTS = str.maketrans("", "", ".- ")
_SYMBOLS: Final = {
    "kilowatt": "kw",
    "watt": "w",
    "ampere": "a",
    "amp": "a",
    "volt": "v",
    "metre": "m",
    "litre": "l",
    "jour": "j",
    "heure": "h",
    "minute": "min",
    "seconde": "s",
}
_NAMES: Final = {symbol: name for name, symbol in _SYMBOLS.items() if name != "amp"}
_ENDINGS = tuple(
    (re.compile(ending), known)
    for ending, known in (
        (r"y(?<=[aou]y)[ée]e?s?\b", "yer"),
        (r"[ée]es?\b", "e"),
        (r"éit[ée]s?\b", "e"),
        (r"eites?\b", "e"),
        (r"idit[ée]s?\b", "ide"),
        (r"bilit[ée]s?\b", "ble"),
        (r"i[èe]res?\b", "ier"),
        (r"ages?\b", "er"),
        (r"élais?\b", "elaie"),
        (r"elais?\b", "elaie"),
    )
)
"""
What the stemmer knows by its accent alone, and an ending by which it knows the same word without; ``serrage`` is *serrer*,
*délai* no *DEL*, and *envoyé* no *Envoy*.
"""


class SparseVector(NamedTuple):
    """Token ids, and the weight of each."""

    indices: list[int]
    values: list[float]


def passage_words(text: str, codes: Iterable[str] = ()) -> SparseVector:
    """Weigh the words of a passage; the inverse document frequency is Qdrant's to multiply in."""
    exact = " ".join((*code_words(codes), *words_besides(text)))
    vector = _bm25.embed_document(f"{_stemmable(text)} {exact}")
    return SparseVector(vector.indices, vector.values)


def tokens(text: str) -> tuple[int, ...]:
    """The ids of the words in *text*, each once, without stop words."""
    return tuple(_bm25.embed_query(_stemmable(text)).indices)


def _stemmable(text: str) -> str:
    """
    Give the words of *text* endings that the stemmer knows without accents (docs/decisions/0308).

    Accents are folded before words are stemmed, as few technicians type them. That parted *coupée* from *coupé* and *coupe*,
    *première* from *premier*, *humidité* from *humide*.
    """
    text = text.lower()  # headings come in capitals
    for ending, known in _ENDINGS:
        text = ending.sub(known, text)
    return text


@lru_cache(maxsize=1 << 14)
def word_tokens(word: str) -> tuple[int, ...]:
    """As `tokens`, of one word or name that questions or passages repeat."""
    return tokens(word)


def passage_tokens(text: str) -> frozenset[int]:
    """As `tokens`, of a passage's text: no token reaches over a blank, and most of its words others had before it."""
    return frozenset(chain.from_iterable(map(word_tokens, text.lower().split())))


def code_words(codes: Iterable[str]) -> list[str]:
    """Codes as words that no text has by chance: ``f2.1`` becomes ``zqf2p1``."""
    return [f"zq{code.replace('.', 'p')}" for code in codes]


def words_besides(text: str) -> list[str]:
    """What *text* holds besides its words: quantities, in letters too, their units by name (150 V speaks of *volts*), joined words."""
    for between in _UP_TO:
        text = text.replace(between, "~")
    plain = folded(text)
    found = [*measures(plain), *measures(said_quantities(plain))]
    symbols = dict.fromkeys(one.lstrip("0123456789p") for one in found)
    units = [_NAMES[symbol] for symbol in symbols if symbol in _NAMES]
    return [*found, *units, *_joined(plain)]


def measures(text: str) -> list[str]:
    """The quantities in *text*, which is folded, as one word each, so that ``22kw``, ``22 kw`` and ``22 kilowatts`` meet."""
    if not has_digit(text):
        return []
    return [
        f"{number.replace(',', 'p').replace('.', 'p')}{_symbol(unit)}"
        for number, unit in _MEASURE.findall(text)
    ]


def _symbol(unit: str) -> str:
    one = unit.rstrip("s") or unit
    return _SYMBOLS.get(one, one)


def _joined(text: str) -> list[str]:
    """Words with a joint in them as one, as who asks may type them: ``ve.bus`` is *vebus*, ``back-up`` *backup*."""
    return [
        word.translate(_NO_JOINTS)
        for part in text.split()
        if "-" in part
        or "." in part  # most have none, and the pattern tries each letter
        for word in _JOINED.findall(part)
    ]


def with_known_joined(text: str, known: Container[str]) -> str:
    """Close the words of *text*, which is folded, that have a joint in them, or were spelled, where documents have them as one."""

    def closed(word: re.Match[str]) -> str:
        whole = word[0].translate(_NO_JOINTS)
        return whole if whole in known else word[0]

    text = _LETTERS.sub(closed, text)
    return _JOINED.sub(closed, text) if "-" in text or "." in text else text


def without_measures(text: str) -> str:
    """Take its quantities out of *text*, which is folded."""
    return _MEASURE.sub(" ", text)
