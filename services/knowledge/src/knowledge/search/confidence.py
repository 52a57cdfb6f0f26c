"""Whether the best passage answers the question at all."""

from knowledge.index.passages import Hit, Match, label
from knowledge.search.questions import Question, Term
from knowledge.words.kinds import tokens_of
from knowledge.words.lexical import tokens, words_besides
from knowledge.words.properties import told_by
from knowledge.words.vocabulary import Vocabulary

COVERAGE_THRESHOLD = 0.36
"""Calibrated on half of the labelled questions; `docs/knowledge.md` says how."""
NUMBER_THRESHOLD = 0.18
"""Where the passage has a number as a code that the question has, and did not call one."""

ASKED_WORDS = 3.0
"""As many words that no document has, by their rarity, are the most that a question asks; the rest of a long one tells."""


def believed(question: Question, best: Hit) -> bool:
    """
    Say whether to believe in *best*, the first passage.

    A code that was called one decides: the passage has it or is no answer. A brand that was named has to be the
    passage's. Else enough of the question's words have to be in the passage; meaning parts no right answer from a wrong one
    (docs/knowledge.md).
    """
    labels = frozenset(best.passage.labels)
    brands = {name for name in labels if name.startswith("brand:")}
    if question.brands and brands and brands.isdisjoint(question.brands):
        return False
    if question.demanded:
        return not labels.isdisjoint(question.demanded)
    if not labels.isdisjoint(question.codes):
        return True
    numbered = not labels.isdisjoint(question.numbers)
    enough = NUMBER_THRESHOLD if numbered else COVERAGE_THRESHOLD
    return coverage(question, best) >= enough


def told_first(question: Question, matches: list[Match]) -> list[Match]:
    """Where the best passage does not speak of the property that is asked for, put those that do before it; not before a code's."""
    if question.codes or question.demanded:
        return matches
    asked = [told_by()[one.token] for one in question.terms if one.token in told_by()]

    def untold(match: Match) -> bool:
        held = frozenset(tokens(match.passage.searched_words))
        return any(held.isdisjoint(telling) for telling in asked)

    if not (asked and matches and untold(matches[0])):
        return matches
    return sorted(matches, key=untold)


def coverage(question: Question, hit: Hit) -> float:
    """
    The share of the question's words that the passage has, the rare ones counting more. In [0, 1].

    What a question asks is no more than `ASKED_WORDS` weigh, however long it is: a passage need not have what it tells besides.
    A word that was mended and that the passage lacks even so speaks against it all the same.
    Nothing where the passage does not speak of the property that is asked for: whose price it is counts for nothing.
    """
    text = hit.passage.searched_words
    held = frozenset(tokens(" ".join((text, *words_besides(text), *_names(hit)))))
    kinds = _kind_tokens(question, hit)
    whole = found = guessed = 0.0
    for term in question.terms:
        rarity = _rarity_held(term, held, question.vocabulary)
        if rarity is not None:
            found += rarity * term.trust
            whole += rarity
        elif term.token in kinds:
            continue  # a manual need not say in each passage what its device is
        elif held.isdisjoint(told_by().get(term.token, held)):
            return 0.0
        elif term.trust < 1:
            guessed += question.vocabulary.rarest  # it may have been another word
        else:
            whole += term.rarity
    asked = min(whole, ASKED_WORDS * question.vocabulary.rarest) + guessed
    return min(1.0, found / asked) if asked else 0.0


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
