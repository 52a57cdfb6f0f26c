"""A question as typed, understood: its codes, brands and models, its words mended and widened."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from knowledge.codes import asked_codes
from knowledge.devices import brands_in, models_in
from knowledge.folding import words_of
from knowledge.index import label
from knowledge.lexical import SparseVector, question_words
from knowledge.vocabulary import Vocabulary

SYNONYM_WEIGHT = 0.5
"""What a manual may call it counts half of what the technician called it."""
_LONGEST_NAME = 4


@dataclass(frozen=True, slots=True)
class Question:
    """
    What is searched for.

    Args:
        text: As typed, its mistyped words mended.
        words: One weight a token; synonyms count less.
        words_bound: What a passage of average length with every word scores by BM25.
        codes: Labels of codes that passages have.
        demanded: Codes that were called so by the one who asks, whether passages have them or not.
        brands: Labels of the brands named.
        models: Labels of models that passages have.
    """

    text: str
    words: SparseVector
    words_bound: float
    codes: tuple[str, ...] = ()
    demanded: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    models: tuple[str, ...] = ()


def understood(typed: str, vocabulary: Vocabulary) -> Question:
    """Understand a question, given the words and labels that documents hold."""
    words = words_of(typed)
    mended = [vocabulary.mended(word) for word in words]
    text = typed if mended == words else " ".join(mended)
    asked = asked_codes(typed)
    named = asked_codes(text) if mended != words else asked
    certain = tuple(dict.fromkeys((*asked.certain, *named.certain)))
    possible = _without_parts(
        [code for code in asked.possible if vocabulary.knows(label("code", code))]
    )
    weights, bound = _weights(mended, vocabulary)
    return Question(
        text=text,
        words=SparseVector(list(weights), list(weights.values())),
        words_bound=bound,
        codes=tuple(label("code", code) for code in (*certain, *possible)),
        demanded=tuple(label("code", code) for code in certain),
        brands=tuple(
            label("brand", brand)
            for brand in brands_in(text, vocabulary.labels("brand"))
        ),
        models=tuple(
            name
            for model in models_in(typed)
            if vocabulary.knows(name := label("model", model))
        ),
    )


def _without_parts(codes: list[str]) -> list[str]:
    """``eb105`` makes ``105`` of the same question nothing of its own."""
    return [
        code
        for code in codes
        if not any(other != code and other.endswith(code) for other in codes)
    ]


def _weights(
    words: list[str], vocabulary: Vocabulary
) -> tuple[dict[int, float], float]:
    """Weigh each token of the question and of its synonyms; and say what the question's own add up to."""
    own = question_words(" ".join(words)).indices
    weights = dict.fromkeys(own, 1.0)
    bound = sum(vocabulary.rarity(token) for token in own)
    for name in _synonyms(words):
        for token in question_words(name).indices:
            weights.setdefault(token, SYNONYM_WEIGHT)
    return weights, max(bound, 1e-6)


def _synonyms(words: list[str]) -> dict[str, None]:
    """Other names for what the question names."""
    found: dict[str, None] = {}
    for start in range(len(words)):
        for length in range(1, _LONGEST_NAME + 1):
            found |= dict.fromkeys(
                _groups().get(" ".join(words[start : start + length]), ())
            )
    return found


@cache
def _groups() -> Mapping[str, tuple[str, ...]]:
    """Each name with the other names of its group."""
    groups: dict[str, tuple[str, ...]] = {}
    lines = (files("knowledge") / "synonyms.txt").read_text("utf-8").splitlines()
    for line in lines:
        if line and not line.startswith("#"):
            names = [" ".join(words_of(name)) for name in line.split(",")]
            for name in names:
                others = (other for other in names if other != name)
                groups[name] = (*groups.get(name, ()), *others)
    return groups
