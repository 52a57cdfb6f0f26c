"""What a question asks and the passage that is believed says nothing of, for who reads that as its answer."""

import re
import unicodedata

from knowledge.index.passages import Hit
from knowledge.search.confidence import Coverage, Judgement, coverage
from knowledge.search.questions import Question
from knowledge.words.asking import everyday
from knowledge.words.blinks import BLINKING
from knowledge.words.folding import folded, words_of
from knowledge.words.kinds import FAULT, REPORT, tokens_of
from knowledge.words.vocabulary import Vocabulary

MOST_WORDS = 3
LIGHTEST = 0.3
"""Of the rarity of a word that no document has: what is more common says nothing by its absence."""
MOST_ASKED = 7
"""So many words name something in a question that asks; a longer one tells, in words that no manual needs to have."""
LONGEST_WORD = 30

_TELLING = frozenset({FAULT, REPORT})
"""Who tells what does not work, or was seen before, does so in words of his own."""
_LAMP = re.compile(rf"(?<![a-z]){BLINKING}")
"""So does who tells what a lamp does."""
_TYPED = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_PART = re.compile(r"[^\W_]+")


def not_said(
    typed: str, question: Question, judged: Judgement, shown: Hit
) -> tuple[str, ...]:
    """
    Name the words of a question that the best passage has in no way.

    Args:
        typed: The question.
        question: The same, understood.
        judged: The best passage, as it was found.
        shown: The same as it is read, with its neighbours where it was cut out of a longer text.

    Returns:
        As they were typed and in that order, at most `MOST_WORDS`; none where a code decided, or the passage is not believed.
    """
    covered = judged.covered
    if not judged.believed or covered is None or not covered.lacking:
        return ()
    if not _asks(typed, question):
        return ()
    if shown.passage.continues or shown.passage.continued:
        covered = coverage(question, shown)
    lacking = _naming(question, covered)
    if not lacking:
        return ()
    whole = _TYPED.findall(unicodedata.normalize("NFC", typed))
    words = [_lacking(word, lacking, question.vocabulary) for word in whole]
    return tuple(dict.fromkeys(filter(None, words)))[:MOST_WORDS]


def _asks(typed: str, question: Question) -> bool:
    """Whether the question asks for something that it names, and tells nothing."""
    asks = len(question.terms) <= MOST_ASKED and _TELLING.isdisjoint(question.kinds)
    return asks and not _LAMP.search(folded(typed))


def _naming(question: Question, covered: Coverage) -> frozenset[int]:
    """What is lacking that weighs enough, and is no kind of device: which one a passage is about its title says."""
    least = LIGHTEST * question.vocabulary.rarest
    lacking = frozenset(t.token for t in covered.lacking if t.rarity >= least)
    return lacking.difference(*map(tokens_of, question.kinds))


def _lacking(word: str, lacking: frozenset[int], vocabulary: Vocabulary) -> str:
    """*word* as typed without what names nothing of it (``accepte-t-il``), if all the rest is lacking; else ""."""
    naming = []
    for part in _PART.finditer(word):
        meant = [vocabulary.meant(one) for one in words_of(part[0])]
        tokens = {term.token for one in meant for term in one.terms} - everyday()
        if not tokens <= lacking:
            return ""
        if tokens:
            naming.append(part)
    name = word[naming[0].start() : naming[-1].end()] if naming else ""
    is_word = len(name) <= LONGEST_WORD and name[:1].isalpha()
    return name if is_word and sum(map(str.isalpha, name)) > 1 else ""
