"""A question as typed, understood: its codes, brands and models, its words mended and widened."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from knowledge.index.passages import label
from knowledge.words.codes import asked_codes, closed
from knowledge.words.devices import brands_in, models_in
from knowledge.words.folding import folded, words_of
from knowledge.words.lexical import (
    SparseVector,
    code_words,
    measures,
    tokens,
    without_measures,
    word_tokens,
)
from knowledge.words.vocabulary import Vocabulary

SYNONYM_WEIGHT = 0.5
"""What a manual may call it counts half of what the technician called it."""
MENDED_TRUST = 0.7
"""A mended word may have been meant otherwise."""
_LONGEST_NAME = 4
_ASKING = frozenset(
    words_of(
        "bonjour bonsoir c combien comment dire dois doit est faire fais fait faut font j l merci n ou peut peux pourquoi"
        " quand que qui quel quels quelle quelles quoi s salut svp t veut veux voir y"
    )
)
"""Words that ask and name nothing."""


class Term(NamedTuple):
    """One word: its token, what a manual may call it, its rarity; less than all of that where it was mended."""

    token: int
    others: tuple[frozenset[int], ...]
    rarity: float
    trust: float = 1.0


@dataclass(frozen=True, slots=True)
class Question:
    """
    What is searched for.

    Args:
        text: As typed, its mistyped words mended.
        words: One weight a token; synonyms count less.
        words_bound: What a passage of average length with every word scores by BM25.
        terms: Its words one by one, to see which of them a passage has.
        codes: Labels of codes that passages have.
        demanded: Codes that were called so by the one who asks, whether passages have them or not.
        brands: Labels of the brands named.
        models: Labels of models that passages have.
    """

    text: str
    words: SparseVector
    words_bound: float
    terms: tuple[Term, ...]
    codes: tuple[str, ...] = ()
    demanded: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    models: tuple[str, ...] = ()


def understood(typed: str, vocabulary: Vocabulary) -> Question:
    """Understand a question, given the words and labels that documents hold."""
    typed = closed(typed, lambda code: vocabulary.knows(label("code", code)))
    words = [*words_of(without_measures(typed)), *measures(typed)]
    mended = [vocabulary.mended(word) for word in words]
    text = typed if mended == words else _mended(typed, vocabulary)
    asked = asked_codes(typed if mended == words else f"{typed} . {text}")
    models = [m for m in models_in(typed) if vocabulary.knows(label("model", m))]
    known = [
        code
        for code in (*asked.written, *asked.possible)
        if vocabulary.knows(label("code", code))
    ]
    unknown = [
        code
        for code in asked.written
        if code not in known
        and code not in vocabulary
        and code.replace(".", "") not in models
    ]
    certain = (*asked.certain, *unknown)
    terms = _terms(words, mended, vocabulary)
    codes = (*asked.certain, *_without_parts(known))
    words_of_codes = tokens(" ".join(code_words(codes)))
    rarities = {term.token: term.rarity for term in terms}
    rarities |= {token: vocabulary.rarity(token) for token in words_of_codes}
    return Question(
        text=text,
        words=_weighted(terms, words_of_codes),
        words_bound=max(sum(rarities.values()), 1e-6),
        terms=terms,
        codes=tuple(label("code", code) for code in codes),
        demanded=tuple(label("code", code) for code in certain),
        brands=tuple(
            label("brand", brand) for brand in brands_in(text, vocabulary.brands)
        ),
        models=tuple(
            name for model in models if vocabulary.knows(name := label("model", model))
        ),
    )


def _mended(typed: str, vocabulary: Vocabulary) -> str:
    """What is between the words stays: a code without its dot is another one."""
    return re.sub(r"[a-z0-9]+", lambda w: vocabulary.mended(w[0]), folded(typed))


def _without_parts(codes: list[str]) -> list[str]:
    """``eb105`` makes ``105`` of the same question nothing of its own."""
    return [
        code
        for code in codes
        if not any(other != code and other.endswith(code) for other in codes)
    ]


def _terms(
    typed: list[str], words: list[str], vocabulary: Vocabulary
) -> tuple[Term, ...]:
    terms: dict[int, Term] = {}
    for place, (as_typed, word) in enumerate(zip(typed, words, strict=True)):
        others = tuple(frozenset(word_tokens(name)) for name in _synonyms(words, place))
        trust = 1.0 if as_typed == word else MENDED_TRUST
        for token in () if word in _ASKING else word_tokens(word):
            rarity = vocabulary.rarity(token)
            terms.setdefault(token, Term(token, others, rarity, trust))
    return tuple(terms.values())


def _weighted(terms: tuple[Term, ...], exact: tuple[int, ...]) -> SparseVector:
    weights = {term.token: term.trust for term in terms}
    for term in terms:
        for name in term.others:
            for token in name:
                weights.setdefault(token, SYNONYM_WEIGHT)
    weights |= dict.fromkeys(exact, 1.0)
    return SparseVector(list(weights), list(weights.values()))


def _synonyms(words: list[str], place: int) -> dict[str, None]:
    """Other names for what the question names by the word at *place*, by itself or with its neighbours."""
    found: dict[str, None] = {}
    if words[place] not in _words_of_groups():
        return found
    for start in range(max(0, place - _LONGEST_NAME + 1), place + 1):
        for end in range(place + 1, start + _LONGEST_NAME + 1):
            found |= dict.fromkeys(_groups().get(" ".join(words[start:end]), ()))
    return found


@cache
def _words_of_groups() -> frozenset[str]:
    return frozenset(word for name in _groups() for word in name.split())


@cache
def _groups() -> Mapping[str, tuple[str, ...]]:
    """Each name with the other names of its group."""
    groups: dict[str, tuple[str, ...]] = {}
    lines = (files("knowledge.search") / "synonyms.txt").read_text("utf-8").splitlines()
    for line in lines:
        if line and not line.startswith("#"):
            names = [" ".join(words_of(name)) for name in line.split(",")]
            for name in names:
                others = (other for other in names if other != name)
                groups[name] = (*groups.get(name, ()), *others)
    return groups
