"""What of the passages a language model is given."""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Final, NamedTuple

from knowledge.answers.orders import without_orders
from knowledge.index.passages import Hit, Passage, label
from knowledge.search.confidence import judgement
from knowledge.search.questions import Question
from knowledge.words.codes import codes_of_text

MOST: Final = 5


class Extract(NamedTuple):
    """A passage as the model is given it; *number* is its place in the answer, by which leads cite it."""

    number: int
    passage: Passage


def answering(question: Question, hits: Sequence[Hit]) -> list[Extract]:
    """Those of the first *hits* that would be believed if each were the only one: what only fills the list answers nothing."""
    return [
        Extract(number, hit.passage)
        for number, hit in enumerate(hits[:MOST], start=1)
        if judgement(question, hit).believed
    ]


def extracts(found: Sequence[Extract], codes: Collection[str]) -> list[Extract]:
    """
    Choose what the model is given of what was *found*.

    Without what speaks to a model, and where a passage has a code that was asked for (*codes*, as labels), without those
    and without the lines that are about other codes alone: a remedy that stands there is true, and not of this fault.
    """
    asked = frozenset(codes)
    if all(asked.isdisjoint(passage.labels) for _, passage in found):
        asked = frozenset()
    given = [
        Extract(number, _without_orders(_of_codes(passage, asked)))
        for number, passage in found
        if not _is_of_others(passage.labels, asked)
    ]
    return [extract for extract in given if extract.passage.text.strip()]


def _of_codes(passage: Passage, asked: frozenset[str]) -> Passage:
    lines = [
        (line, [label("code", code) for code in codes_of_text(line)])
        for line in passage.text.splitlines()
    ]
    if all(asked.isdisjoint(codes) for _, codes in lines):
        return passage  # its heading has the code, or its table
    kept = [line for line, codes in lines if not _is_of_others(codes, asked)]
    return passage._replace(text="\n".join(kept))


def _is_of_others(labels: Iterable[str], asked: frozenset[str]) -> bool:
    """Whether *labels* name codes like those that were asked for, and none of these: MC4 is a plug beside code 567."""
    shapes = set(map(_shape, asked))
    alike = {name for name in labels if _shape(name) in shapes}
    return bool(alike) and alike.isdisjoint(asked)


def _shape(name: str) -> str:
    return (
        "hex"
        if "0x" in name
        else re.sub(r"\d+", "9", re.sub(r"[a-z](?=[a-z]*\d)", "a", name))
    )


def _without_orders(passage: Passage) -> Passage:
    return passage._replace(
        title=without_orders(passage.title),
        section=without_orders(passage.section),
        text=without_orders(passage.text),
    )
