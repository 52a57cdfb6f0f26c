"""Leads as a language model writes them, each judged by the passages that it cites."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from knowledge.answers.extracts import Extract
from knowledge.answers.llm import CUT_OFF
from knowledge.index.passages import Passage
from knowledge.words.codes import asked_codes, codes_of_text
from knowledge.words.folding import folded
from knowledge.words.lexical import measures, tokens

MIN_SHARED: Final = 0.6
"""The share of a sentence's words that has to stand in one place of the passages it cites (measured: benchmarks/knowledge)."""
PLACE_SENTENCES: Final = 2
"""So many sentences in a row are one place."""

_LEAD = re.compile(r"\s*(?P<number>(?:\d[.)]\s+)*)(?:[-•]\s+)?(?P<said>.+)")
_CITED = re.compile(r"\[(\d{1,2})\]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_SENTENCES = re.compile(r"(?<=[.;!?…])\s+|\n")
_DEED = re.compile(r"\b(?!\w*oir\b)(\w{3,})(?:er|ez|ir|dre|tre)\b")
_LOOK = re.compile(
    r"\b(?:verifi|control|regard|inspect|examin|cherch|consult|observ|assur|trouv|compt|mesur|test)(?:er|ez|e)\b"
    r"|\b(?:voir|voyez|lire|lisez)\b"
)
"""Words that ask to look or to measure, which needs no passage: any other deed has to be one that the passage names."""
_NOT = re.compile(
    r"\b(?:ne|n'\w+|jamais|aucune?|interdit\w*|evite[rz]?|not|never|don't)\b"
)
_WITHOUT = re.compile(r"\b(?:sans|ni|no|without)\b")
"""Denies in a lead; in a passage it may be by the way (*sans cesse*)."""
_OPPOSITES: Final = tuple(
    (re.compile(rf"\b(?:{one})"), re.compile(rf"\b(?:{other})"))
    for one, other in (
        ("superieur|au-dessus|dessus", "inferieur|en dessous|dessous"),
        (r"elevee?s?\b|haute?s?\b|forte?s?\b", r"faibles?\b|basse?s?\b"),
        (r"avant\b", r"apres\b"),
        ("permis|autoris", "interdit"),
        ("ouvert", "ferme"),
        (r"entree", r"sortie"),
        ("chaud", "froid"),
        ("distinct|different", r"meme\b|seule?\b"),
        (r"maxim|au plus\b", r"minim|au moins\b"),
        (r"gauche\b", r"droite\b"),
        (r"ac\b", r"dc\b"),
        ("allume", "eteint"),
    )
)


class _Place(NamedTuple):
    """
    One or more sentences in a row, *said* in a passage, folded; *words* has title and section too.

    Its *numbers* are also those of the passage's first sentence, where the code or the part is named.
    """

    said: str
    words: frozenset[int]
    numbers: frozenset[str]


def lead(line: str, extracts: Sequence[Extract]) -> str | None:
    """
    The lead in *line*, without its number; None where there is none, or it does not say what the extracts say.

    One that cites nothing, as small models write them, cites the first extract, the best, where it stands there.
    """
    found = _LEAD.match(line.replace("*", ""))
    if found is None or found["said"].endswith(CUT_OFF):
        return None
    said = found["said"].strip()
    passages = {extract.number: extract.passage for extract in extracts}
    if cited := {int(number) for number in _CITED.findall(said)}:
        given = cited <= passages.keys()
        told = _CITED.sub(" ", said)
        return said if given and _holds(told, [passages[n] for n in cited]) else None
    best = extracts[0]
    if found["number"] and _holds(said, [best.passage]):
        return f"{said} [{best.number}]"
    return None


def _holds(told: str, passages: Sequence[Passage]) -> bool:
    source = "\n".join(passage.searched_words for passage in passages)
    if not _codes(told) <= codes_of_text(source) | _codes(source):
        return False
    places = [place for passage in passages for place in _places(passage)]
    sentences = [
        one for one in _SENTENCES.split(told) if tokens(_LOOK.sub(" ", folded(one)))
    ]
    return bool(sentences) and all(_stands(one, places) for one in sentences)


def _places(passage: Passage) -> Iterator[_Place]:
    about = f"{passage.title}\n{passage.section}"
    sentences = [one for one in _SENTENCES.split(passage.text) if one.strip()]
    for start in range(len(sentences)):
        for end in range(start + 1, min(start + PLACE_SENTENCES, len(sentences)) + 1):
            said = "\n".join(sentences[start:end])
            yield _Place(
                folded(said),
                frozenset(tokens(f"{about}\n{said}")),
                _numbers(f"{about}\n{sentences[0]}\n{said}"),
            )


def _stands(sentence: str, places: Iterable[_Place]) -> bool:
    """Whether one of *places* says *sentence*: its numbers, its deeds, most of its words, and not the contrary."""
    plain = folded(sentence)
    words = frozenset(tokens(_LOOK.sub(" ", plain)))
    numbers = _numbers(sentence)
    deeds = _DEED.findall(_LOOK.sub(" ", plain))
    return any(
        numbers <= place.numbers
        and all(re.search(rf"\b{deed}", place.said) for deed in deeds)
        and len(words & place.words) >= MIN_SHARED * len(words)
        and not _contradicts(plain, place.said)
        for place in places
    )


def _contradicts(said: str, source: str) -> bool:
    denied, denies = bool(_NOT.search(source)), bool(_NOT.search(said))
    without = bool(_WITHOUT.search(said))
    if denied and not (denies or without):
        return True
    if not denied and (denies or (without and not _WITHOUT.search(source))):
        return True
    return any(
        (one.search(said) and not one.search(source) and other.search(source))
        or (other.search(said) and not other.search(source) and one.search(source))
        for one, other in _OPPOSITES
    )


def _numbers(text: str) -> frozenset[str]:
    """Bare, and with their units: 8 mm are not the 8 of 8 × 120."""
    return frozenset((*_NUMBER.findall(text), *measures(folded(text))))


def _codes(text: str) -> frozenset[str]:
    return frozenset(asked_codes(text).certain)
