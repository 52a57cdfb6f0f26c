"""The refusal's thresholds: how far from them the best are on one half of the labelled questions, and on the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.knowledge.labelled import documents, questions
from benchmarks.knowledge.served import labelled_library
from contracts.knowledge import SearchRequest
from knowledge.search.confidence import coverage


@dataclass(frozen=True)
class Measured:
    """One question that no code decides: how far above its threshold the first passage covers it, in [-1, 1]."""

    answerable: bool
    above: float


async def print_calibration(folder: Path, model: Path | None) -> None:
    measured = await measure(folder, model)
    halves = measured[0::2], measured[1::2]
    best = [shift(half) for half in halves]
    print(
        f"coverage thresholds: best moved by {best[0]:+.2f} on one half, by {best[1]:+.2f} on the other"
    )
    for name, half in zip(("one half", "the other half"), halves, strict=True):
        print(f"  balanced accuracy on {name} as they are: {accuracy(half, 0):.3f}")


async def measure(folder: Path, model: Path | None) -> list[Measured]:
    measured = []
    async with labelled_library(folder, model, documents()) as library:
        searcher = library.answerer.searcher
        for question in questions():
            found = await searcher.find(SearchRequest(query=question.text))
            if not found.hits or found.question.codes or found.question.demanded:
                continue
            covered = coverage(found.question, found.hits[0])
            above = covered.share - covered.threshold
            measured.append(Measured(bool(question.document), above))
    return measured


def shift(measured: Sequence[Measured]) -> float:
    """The middle of the moves with the best balanced accuracy."""
    steps = [n / 100 for n in range(-50, 51)]
    top = max(accuracy(measured, step) for step in steps)
    best = [step for step in steps if accuracy(measured, step) == top]
    return (best[0] + best[-1]) / 2


def accuracy(measured: Sequence[Measured], at: float) -> float:
    """The mean of the share of right answers believed in and the share of questions rightly refused."""
    believed = [m.above >= at for m in measured if m.answerable]
    refused = [m.above < at for m in measured if not m.answerable]
    return (sum(believed) / len(believed) + sum(refused) / len(refused)) / 2
