"""The words and labels that the indexed documents hold, and how rare each is."""

import math
import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from knowledge.index.passages import Passage
from knowledge.words.asking import ASKING
from knowledge.words.devices import is_brand
from knowledge.words.folding import words_of
from knowledge.words.heard import Heard
from knowledge.words.lexical import tokens, words_besides
from knowledge.words.properties import told_by
from knowledge.words.spelling import Spelling
from knowledge.words.synonyms import Names, names_alone, said_tokens

DEVICE_SHARE = 2
"""What is a model in more than so many passages for each that has it as a code is a device: a report mentions EM-2."""

SYNONYM_WEIGHT = 0.65
"""What a manual may call it counts two thirds of the typed word at most: its words together, rare as they may be (docs/decisions/0311)."""
MOST_MENDED = 12
"""So many words of a question are compared with all that documents have, which takes some milliseconds each in a large library."""
MENDED_TRUST = 0.7
"""A mended word may have been meant otherwise."""

_LETTERED = re.compile(r"[a-z]{1,3}(\d{1,6})")


class Term(NamedTuple):
    """
    One word: its token, what a manual may call it, its rarity; less than all of that where it was mended.

    Of a property's name, a passage that speaks of it has one of ``telling``. ``widened`` are the tokens of its other names,
    each with what it counts.
    """

    token: int
    rarity: float
    trust: float
    telling: frozenset[int] = frozenset()
    others: Names = ()
    widened: tuple[tuple[int, float], ...] = ()


class Meant(NamedTuple):
    """What a word of a question was meant to be: a known one, if one is near; its tokens, and the terms that they are."""

    word: str
    said: tuple[int, ...]
    """What is asked for may be part of a name all the same: *plus d'eau chaude*, *combien de newton*."""
    terms: tuple[Term, ...]
    strange: bool = False
    """No document has it in any form: it may be part of what a voice wrote for something else."""


class Vocabulary:
    """
    All words, with the number of passages that hold each. Not changed once made: a new one takes its place.

    Args:
        passages: How many there are.
        counts: By folded word, or by label (``code:567``).

    ``codes``, ``models`` and ``makes`` (brands) are those of the labels; ``brands`` the makes that are not built in: a tag's.
    ``rarest`` is the rarity of a word that no document has.
    """

    def __init__(self, passages: int, counts: Mapping[str, int]) -> None:
        self.passages = passages
        self.codes = frozenset(
            code
            for code in _labelled("code", counts)
            if counts.get(f"model:{code}", 0) <= DEVICE_SHARE * counts[f"code:{code}"]
        )
        self.guessed = frozenset(
            code
            for code in self.codes
            if counts.get(f"guessed:{code}", 0) == counts[f"code:{code}"]
        )
        """Written as codes are, and nowhere called so (docs/decisions/0311)."""
        self.lettered: dict[str, list[str]] = {}
        """The codes of letters and a number, by the number alone, for who left the letters out."""
        for code in sorted(self.codes):
            if parts := _LETTERED.fullmatch(code):
                self.lettered.setdefault(parts[1], []).append(code)
        self.models = _labelled("model", counts)
        self.makes = _labelled("brand", counts)
        self.brands = tuple(name for name in self.makes if not is_brand(name))
        self._words = {word: n for word, n in counts.items() if ":" not in word}
        by_token: Counter[int] = Counter()
        for word, n in self._words.items():
            for token in tokens(word):
                by_token[token] += n
        self.rarest = self._rarity(0)
        self._rarities = {token: self._rarity(n) for token, n in by_token.items()}
        self._spelling = Spelling(self._words, self._rarities.keys())
        self._heard = Heard(self._words, self._spelling.by_sound, self.brands)
        # Questions repeat most of their words.
        self._meant = lru_cache(maxsize=1 << 14)(self._look_up)
        self._widening = lru_cache(maxsize=1 << 12)(self._widened)

    def __contains__(self, word: object) -> bool:
        return word in self._words

    def rarity(self, token: int) -> float:
        """The inverse document frequency of a token, as Qdrant counts it; highest for one that nothing holds."""
        return self._rarities.get(token, self.rarest)

    def _rarity(self, passages: int) -> float:
        of_all = max(1, self.passages)
        count = min(passages, of_all)
        return math.log((of_all - count + 0.5) / (count + 0.5) + 1)

    def meant(self, word: str) -> Meant:
        """What *word* (folded) was meant to be: the known word that is near, else itself."""
        return self._meant(word, True)

    def meant_by(self, words: Iterable[str]) -> list[Meant]:
        """As `meant`, of the words of a question; of the strange ones only the first `MOST_MENDED` are compared with all that are known."""
        strange, found = 0, []
        for word in words:
            one = self._meant(word, strange < MOST_MENDED)
            strange += one.strange
            found.append(one)
        return found

    def heard(self, text: str, strange: Container[str]) -> str:
        """*text* (folded), with the names and words in it that a voice wrote as others that sound like them, a *strange* one among these."""
        return self._heard.written(text, strange)

    def has_code(self, code: str) -> bool:
        """Whether some passage has *code*, given in its one form; or as a word that says something, where it is letters alone."""
        if code.isalpha():
            return code in self._words and bool(self.meant(code).terms)
        return code in self.codes

    def called(self, term: Term, others: Names) -> Term:
        """*term*, which is called *others* too."""
        return Term(
            term.token,
            term.rarity,
            term.trust,
            term.telling,
            (*term.others, *others),
            (*term.widened, *self._widening(term.rarity, others)),
        )

    def _widened(self, rarity: float, others: Names) -> tuple[tuple[int, float], ...]:
        """The tokens of *others*, each with what it counts for a word of that *rarity*."""
        widened = []
        for name in others:
            most = SYNONYM_WEIGHT / len(name)
            for token in name:
                share = rarity / self.rarity(token)
                widened.append((token, most * share if share < 1 else most))
        return tuple(widened)

    def _look_up(self, word: str, mend: bool) -> Meant:
        # *dire* is not *dure*
        strange = word not in ASKING and self._spelling.strange(word)
        known = word in ASKING or (strange and not mend)
        meant = word if known else self._spelling.mended(word)
        said = said_tokens(meant)
        if meant in ASKING:
            return Meant(meant, said, ())
        trust = 1.0 if meant == word else MENDED_TRUST
        told = told_by()
        alone = (
            Term(token, self.rarity(token), trust, told.get(token, frozenset()))
            for token in said
        )
        terms = tuple(self.called(term, names_alone(term.token)) for term in alone)
        return Meant(meant, said, terms, strange)


def _labelled(kind: str, counts: Mapping[str, int]) -> frozenset[str]:
    start = f"{kind}:"
    return frozenset(
        name.removeprefix(start) for name in counts if name.startswith(start)
    )


def counted(passages: Iterable[Passage]) -> Counter[str]:
    """Count in how many of *passages* each word and each label stands."""
    counts: Counter[str] = Counter()
    for passage in passages:
        text = passage.searched_words
        counts.update({*words_of(text), *words_besides(text)})
        counts.update(
            name
            for name in passage.labels
            if name.startswith(("code:", "guessed:", "model:", "brand:"))
        )
    return counts
