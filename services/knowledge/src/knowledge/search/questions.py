"""A question as typed, understood: its codes, brands and models, its words mended and widened."""

import re
from typing import NamedTuple

from knowledge.index.passages import label
from knowledge.search.wanted import WantedCodes, wanted_codes
from knowledge.words.devices import brands_among, is_device, models_in, parted
from knowledge.words.dictated import in_digits
from knowledge.words.folding import folded, has_digit, words_of
from knowledge.words.kinds import kinds_said
from knowledge.words.lexical import (
    SparseVector,
    code_words,
    measures,
    with_known_joined,
    without_measures,
    word_tokens,
)
from knowledge.words.retyped import closed
from knowledge.words.spelled import spelled
from knowledge.words.synonyms import names_together
from knowledge.words.vocabulary import Meant, Term, Vocabulary

_ANY_CHARGER = "wallbox"
"""Where no document is of that brand, it is what a charger is called."""
_WORD = re.compile(r"[a-z0-9]+")
_APART = re.compile(r"(?<![a-z0-9])([a-z]{2,}) (\d+[a-z]*)(?![a-z0-9])")


class Question(NamedTuple):
    """
    What is searched for.

    Args:
        text: As typed, its mistyped words mended.
        words: One weight a token; synonyms count less.
        words_bound: What a passage of average length with every word scores by BM25.
        terms: Its words one by one, to see which of them a passage has.
        codes: Labels of codes that passages have.
        others: Labels of codes that may be meant where the brand has none of those.
        numbers: Labels of such codes too, that may as well be any other number: ``12`` of *aquarea 12*, ``14`` of *6 sur 14*.
        demanded: Codes that were called so by the one who asks, whether passages have them or not.
        brands: Labels of the brands named.
        strange: It names brands, and documents have none of them.
        models: Labels of models that passages have.
        kinds: Those of device that it names, and ``report`` where it asks for past faults.
        vocabulary: The words by which it was understood.
    """

    text: str
    words: SparseVector
    words_bound: float
    terms: tuple[Term, ...]
    vocabulary: Vocabulary
    codes: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    demanded: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    strange: bool = False
    models: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    @property
    def by_meaning(self) -> bool:
        """Whether to ask for what means the same; beside a code that changed no answer (benchmarks/knowledge)."""
        return not (self.codes or self.demanded)


def understood(typed: str, vocabulary: Vocabulary) -> Question:
    """Understand a question, given the words and labels that documents hold."""
    as_typed = folded(typed)
    plain = _said(as_typed, vocabulary)
    numbered = has_digit(plain)
    if numbered:
        plain = _as_documents(plain, vocabulary)
    words = _words(plain) if numbered else words_of(plain)
    meant = [vocabulary.meant(word) for word in words]
    mended = [one.word for one in meant]
    text = plain if mended == words else _mended(plain, vocabulary)
    named = models_in(text) if numbered else ()
    models = [model for model in named if model in vocabulary.models]
    in_order = words_of(text) if numbered or text != plain else mended
    brands = brands_among([*in_order, "|", *named], vocabulary.brands)
    strange = bool(brands) and vocabulary.makes.isdisjoint(brands)
    if strange and brands == (_ANY_CHARGER,) and not _by_device(in_order):
        brands, strange = (), False
    wanted = WantedCodes()
    exact: tuple[int, ...] = ()
    if numbered:
        wanted = wanted_codes(plain, text, models, brands, vocabulary)
        exact = tuple(
            [t for word in code_words(wanted.known) for t in word_tokens(word)]
        )
    terms = _terms(meant, vocabulary)
    rarities = {term.token: term.rarity for term in terms}
    for token in exact:
        rarities[token] = vocabulary.rarity(token)
    return Question(
        text=typed if text == as_typed else text,
        words=_weighted(terms, exact),
        words_bound=max(sum(rarities.values()), 1e-6),
        terms=terms,
        vocabulary=vocabulary,
        codes=tuple([label("code", code) for code in wanted.codes]),
        others=tuple([label("code", code) for code in wanted.others]),
        numbers=tuple([label("code", code) for code in wanted.numbers]),
        demanded=tuple([label("code", code) for code in wanted.demanded]),
        brands=tuple([label("brand", brand) for brand in brands]),
        strange=strange,
        models=tuple([label("model", model) for model in models]),
        kinds=kinds_said(in_order),
    )


def _by_device(words: list[str]) -> bool:
    """Whether it is by one of its devices that *words* name the brand: *wallbox pulsar*."""
    return bool(brands_among([word for word in words if word != _ANY_CHARGER]))


def _said(plain: str, vocabulary: Vocabulary) -> str:
    """What was said to a voice, as it is written: its letters joined, its codes closed, its numbers in digits."""
    joined = with_known_joined(vocabulary.heard(plain), vocabulary)
    return in_digits(spelled(joined, vocabulary.has_code))


def _as_documents(plain: str, vocabulary: Vocabulary) -> str:
    """Part and close what was typed glued or with blanks: ``sma3302``, ``H 02 07``, ``sun 2000``."""

    def one_word(typed: re.Match[str]) -> str:
        joined = f"{typed[1]}{typed[2]}"
        return joined if joined in vocabulary or is_device(joined) else typed[0]

    return _APART.sub(one_word, closed(parted(plain), vocabulary.codes.__contains__))


def _words(plain: str) -> list[str]:
    found = measures(plain)
    return [*words_of(without_measures(plain) if found else plain), *found]


def _mended(plain: str, vocabulary: Vocabulary) -> str:
    """What is between the words stays: a code without its dot is another one."""
    return _WORD.sub(lambda word: vocabulary.mended(word[0]), plain)


def _terms(meant: list[Meant], vocabulary: Vocabulary) -> tuple[Term, ...]:
    terms: dict[int, Term] = {}
    said: list[int] = []
    for one in meant:
        said += one.said
        for term in one.terms:
            terms.setdefault(term.token, term)
    for token, others in names_together(said).items():
        if token in terms:
            terms[token] = vocabulary.called(terms[token], others)
    return tuple(terms.values())


def _weighted(terms: tuple[Term, ...], exact: tuple[int, ...]) -> SparseVector:
    weights = {term.token: term.trust for term in terms}
    for term in terms:
        for token, weight in term.widened:
            weights.setdefault(token, weight)
    for token in exact:
        weights[token] = 1.0
    return SparseVector(list(weights), list(weights.values()))
