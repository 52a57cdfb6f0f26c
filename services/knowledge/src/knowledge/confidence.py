"""Whether the best passage answers the question at all."""

from knowledge.index import Hit
from knowledge.questions import Question

WORDS_THRESHOLD = 0.45
HYBRID_THRESHOLD = 0.40
"""Calibrated on the labelled questions; `docs/knowledge.md` says how."""


def is_confident(
    question: Question, best: Hit | None, *, fit: float, hybrid: bool
) -> bool:
    """
    Say whether to believe in *best*.

    A code that was called one decides: the passage has it or is no answer. A brand that was named has to be the
    passage's. Else the fit of words and meaning has to reach the threshold.

    Args:
        question: As understood.
        best: The first passage; None where there is none.
        fit: Its score without boosts, in [0, 1].
        hybrid: Whether a model took part.
    """
    if best is None:
        return False
    labels = frozenset(best.passage.labels)
    brands = {name for name in labels if name.startswith("brand:")}
    if question.brands and brands and brands.isdisjoint(question.brands):
        return False
    if question.demanded:
        return not labels.isdisjoint(question.demanded)
    if not labels.isdisjoint(question.codes):
        return True
    return fit >= (HYBRID_THRESHOLD if hybrid else WORDS_THRESHOLD)
