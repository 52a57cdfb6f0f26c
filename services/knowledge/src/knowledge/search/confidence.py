"""Whether the best passage answers the question at all."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from knowledge.index.passages import Hit, label
from knowledge.search.questions import Question
from knowledge.words.folding import folded, has_digit, words_of
from knowledge.words.kinds import tokens_of
from knowledge.words.lexical import (
    passage_tokens,
    without_measures,
    word_tokens,
    words_besides,
)
from knowledge.words.vocabulary import Term, Vocabulary

COVERAGE_THRESHOLDS = (0.46, 0.4, 0.33, 0.28)
"""
By how many of the question's words the passage has as they are, the last for more of them too: one in common may be so by
chance, and more so one that is only called otherwise.

Calibrated on labelled questions; `benchmarks/knowledge/README.md` says how.
"""
NUMBER_THRESHOLD = 0.18
"""Where the passage has a number as a code that the question has, and did not call one."""

GUESS_WEIGHT = 1.5
"""Of a word that was mended and that the passage lacks even so: it may have been another word."""
ASKED_WORDS = 2.5
"""As many words that no document has, by their rarity, are the most that a question asks; the rest of a long one tells."""


class Coverage(NamedTuple):
    """
    What a passage has of a question.

    Args:
        share: Of its words, the rare ones counting more. In [0, 1].
        words: How many of them it has as they are.
        lacking: What the passage has nothing of, in the order of the question.
    """

    share: float = 0.0
    words: int = 0
    lacking: tuple[Term, ...] = ()

    @property
    def threshold(self) -> float:
        """The share from which on it is believed."""
        return COVERAGE_THRESHOLDS[min(self.words, len(COVERAGE_THRESHOLDS) - 1)]


class Judgement(NamedTuple):
    """Whether a passage is believed, and what it covers where it was that, and no code, that decided."""

    believed: bool = False
    covered: Coverage | None = None


def judgement(question: Question, best: Hit) -> Judgement:
    """
    Say whether to believe in *best*, the first passage.

    A code that was called one decides: the passage has it or is no answer. A brand that was named has to be the
    passage's, and one that documents have; where they have none, a code may be explained by a manual of no brand. Else enough
    of the question's words have to be in the passage; meaning parts no right answer from a wrong one (benchmarks/knowledge).
    """
    labels = frozenset(best.passage.labels)
    if question.brands and labels.isdisjoint(question.brands):
        coded = question.codes or question.demanded
        own_wanted = coded and not question.strange
        if own_wanted or any(name.startswith("brand:") for name in labels):
            return Judgement()
    if question.demanded:
        return Judgement(not labels.isdisjoint(question.demanded))
    if not labels.isdisjoint(question.codes):
        return Judgement(believed=True)
    if not labels.isdisjoint(question.numbers):
        return Judgement(coverage(question, best).share >= NUMBER_THRESHOLD)
    if question.strange:
        return Judgement()
    covered = coverage(question, best)
    return Judgement(covered.share >= covered.threshold, covered)


def best_first(
    question: Question, hits: list[Hit], *, by_meaning: bool
) -> tuple[list[Hit], Judgement]:
    """
    Judge the first of *hits*.

    Where it is not believed and the second is, they change places: it may be meaning that put that one first.
    """
    if not hits:
        return hits, Judgement()
    first = judgement(question, hits[0])
    if by_meaning and not first.believed and len(hits) > 1:
        second = judgement(question, hits[1])
        if second.believed:
            return [hits[1], hits[0], *hits[2:]], second
    return hits, first


def told_first(question: Question, hits: Iterator[Hit]) -> Iterator[Hit]:
    """Where the best passage does not speak of the property that is asked for, put those that do before it; not before a code's."""
    asked = [term.telling for term in question.terms if term.telling]
    if not asked or question.codes or question.demanded:
        return hits
    return _told_first(asked, hits)


def _told_first(asked: Iterable[frozenset[int]], hits: Iterator[Hit]) -> Iterator[Hit]:
    untold: list[Hit] = []
    for place, hit in enumerate(hits):
        held = passage_tokens(hit.passage.searched_words)
        if any(held.isdisjoint(telling) for telling in asked):
            untold.append(hit)
            continue
        yield hit
        if place == 0:
            yield from hits
    yield from untold


def of_the_code(question: Question, hits: list[Hit]) -> list[Hit]:
    """
    Where the best passage has a code that is asked for, leave out those without it that explain others or only fill the list.

    The first are true, and not of this fault; the others have ``1 bar``, and nothing else of *F2.1*.
    """
    asked = frozenset((*question.codes, *question.others))
    if not hits or asked.isdisjoint(hits[0].passage.labels):
        return hits
    besides = _besides_codes(question)
    return [
        hit
        for hit in hits
        if not asked.isdisjoint(hit.passage.labels)
        or (
            not any(name.startswith("entry:") for name in hit.passage.labels)
            and coverage(besides, hit).share
        )
    ]


def _besides_codes(question: Question) -> Question:
    """The question without the parts of its codes."""
    parts = filter(has_digit, words_of(without_measures(folded(question.text))))
    of_codes = frozenset(chain.from_iterable(map(word_tokens, parts)))
    terms = tuple(term for term in question.terms if term.token not in of_codes)
    return question._replace(terms=terms)


def coverage(question: Question, hit: Hit) -> Coverage:
    """
    Measure what the passage has of the question's words.

    What a question asks is no more than `ASKED_WORDS` weigh, however long it is: a passage need not have what it tells besides.
    Nothing where the passage does not speak of the property that is asked for: whose price it is counts for nothing.
    """
    text = hit.passage.searched_words
    held = passage_tokens(" ".join((text, *words_besides(text), *_names(hit))))
    kinds = _kind_tokens(question, hit)
    rarest = question.vocabulary.rarest
    whole = found = guessed = 0.0
    words = 0
    lacking = []
    for term in question.terms:
        rarity = _rarity_held(term, held, question.vocabulary)
        if rarity is not None:
            found += rarity * term.trust
            whole += rarity
            words += term.token in held
        elif term.token in kinds:
            continue  # a manual need not say in each passage what its device is
        elif term.telling and held.isdisjoint(term.telling):
            return Coverage()
        else:
            lacking.append(term)
            if term.trust < 1:
                guessed += GUESS_WEIGHT * rarest
            else:
                whole += term.rarity
    asked = min(whole, ASKED_WORDS * rarest) + guessed
    share = min(1.0, found / asked) if asked else 0.0
    return Coverage(share, words, tuple(lacking))


def _kind_tokens(question: Question, hit: Hit) -> frozenset[int]:
    """What the kinds are called that the question names and the passage is about."""
    labels = hit.passage.labels
    called = [
        tokens_of(kind) for kind in question.kinds if label("kind", kind) in labels
    ]
    return frozenset[int]().union(*called)


def _rarity_held(
    term: Term, held: frozenset[int], vocabulary: Vocabulary
) -> float | None:
    """
    How rare what *held* has of *term* is; None where it has nothing of it.

    What the documents call otherwise is as rare as their word for it, however rare the question's.
    """
    if term.token in held:
        return term.rarity
    called = [
        max(map(vocabulary.rarity, name))
        for name in term.others
        if name and name <= held
    ]
    return min(term.rarity, *called) if called else None


def _names(hit: Hit) -> list[str]:
    """The brands and devices that the passage is about, however it spells them."""
    return [
        name.partition(":")[2]
        for name in hit.passage.labels
        if name.startswith(("brand:", "model:"))
    ]
