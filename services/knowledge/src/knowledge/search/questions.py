"""A question as typed, understood: its codes, brands and models, its words mended and widened."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from knowledge.index.passages import label
from knowledge.search.wanted import WantedCodes, wanted_codes
from knowledge.words.corrected import corrected
from knowledge.words.devices import brands_among, is_device, models_in, parted
from knowledge.words.dictated import in_digits, letters_closed
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
from knowledge.words.spelled import SPOKEN, spelled
from knowledge.words.synonyms import names_together
from knowledge.words.vocabulary import Meant, Term, Vocabulary

_ANY_CHARGER = "wallbox"
"""Where no document is of that brand, it is what a charger is called."""
_NO_CODES = WantedCodes()
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
    words = _WORD.findall(as_typed)
    meant = vocabulary.meant_by(words)
    plain = _said(as_typed, words, meant, vocabulary)
    numbered = has_digit(plain)
    if numbered:
        plain = _as_documents(plain, vocabulary)
    quantities = measures(plain)
    if quantities or plain != as_typed:
        words = [*words_of(without_measures(plain)), *quantities]
        meant = vocabulary.meant_by(words)
    mended = [one.word for one in meant]
    text = plain
    if mended != words:
        text = _mended(plain, dict(zip(words, mended, strict=True)))
    named = models_in(text) if numbered else ()
    models = [model for model in named if model in vocabulary.models]
    in_order = words_of(text) if quantities or text != plain else mended
    brands = _brands(in_order, named, vocabulary)
    wanted = _NO_CODES
    if numbered:
        wanted = wanted_codes(plain, text, models, brands, vocabulary)
    exact = [t for word in code_words(wanted.known) for t in word_tokens(word)]
    terms = _terms(meant, vocabulary)
    return Question(
        text=typed if text == as_typed else text,
        words=_weighted(terms, exact),
        words_bound=_bound(terms, exact, vocabulary),
        terms=terms,
        vocabulary=vocabulary,
        codes=_labels("code", wanted.codes),
        others=_labels("code", wanted.others),
        numbers=_labels("code", wanted.numbers),
        demanded=_labels("code", wanted.demanded),
        brands=_labels("brand", brands),
        strange=bool(brands) and vocabulary.makes.isdisjoint(brands),
        models=_labels("model", models),
        kinds=kinds_said(in_order),
    )


def _labels(kind: str, names: Sequence[str]) -> tuple[str, ...]:
    return tuple([label(kind, name) for name in names]) if names else ()


def _brands(
    words: list[str], models: Sequence[str], vocabulary: Vocabulary
) -> tuple[str, ...]:
    brands = brands_among([*words, "|", *models], vocabulary.brands)
    if brands == (_ANY_CHARGER,) and _ANY_CHARGER not in vocabulary.makes:
        # *wallbox pulsar* names the brand by its device
        return brands_among([word for word in words if word != _ANY_CHARGER])
    return brands


def _said(
    plain: str, words: list[str], meant: list[Meant], vocabulary: Vocabulary
) -> str:
    """What was said to a voice, as it is written: what it took back left out, its letters joined, its codes closed, its numbers in digits."""
    strange = [word for word, one in zip(words, meant, strict=True) if one.strange]
    if strange:
        plain = vocabulary.heard(plain, strange)
    plain = corrected(with_known_joined(plain, vocabulary))
    if not SPOKEN.isdisjoint(words):
        return in_digits(spelled(plain, vocabulary.has_code))
    return letters_closed(plain)


def _as_documents(plain: str, vocabulary: Vocabulary) -> str:
    """Part and close what was typed glued or with blanks: ``sma3302``, ``H 02 07``, ``sun 2000``."""

    def one_word(typed: re.Match[str]) -> str:
        joined = f"{typed[1]}{typed[2]}"
        return joined if joined in vocabulary or is_device(joined) else typed[0]

    return _APART.sub(one_word, closed(parted(plain), vocabulary.codes.__contains__))


def _mended(plain: str, meant: Mapping[str, str]) -> str:
    """What is between the words stays: a code without its dot is another one."""
    return _WORD.sub(lambda word: meant.get(word[0], word[0]), plain)


def _terms(meant: list[Meant], vocabulary: Vocabulary) -> tuple[Term, ...]:
    terms: dict[int, Term] = {}
    said: list[int] = []
    for one in meant:
        said += one.said
        for term in one.terms:
            terms.setdefault(term.token, term)
    for name, others in names_together(said):
        for token in name:
            if token in terms:
                terms[token] = vocabulary.called(terms[token], others)
    return tuple(terms.values())


def _bound(terms: tuple[Term, ...], exact: list[int], vocabulary: Vocabulary) -> float:
    rarities = {term.token: term.rarity for term in terms}
    for token in exact:
        rarities[token] = vocabulary.rarity(token)
    return max(sum(rarities.values()), 1e-6)


def _weighted(terms: tuple[Term, ...], exact: list[int]) -> SparseVector:
    weights = {term.token: term.trust for term in terms}
    for term in terms:
        for token, weight in term.widened:
            if token not in weights:
                weights[token] = weight
    for token in exact:
        weights[token] = 1.0
    return SparseVector(list(weights), list(weights.values()))
