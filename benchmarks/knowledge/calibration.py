"""The refusal's threshold: found on one half of the labelled questions, judged on the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.knowledge.labelled import questions
from benchmarks.knowledge.served import labelled_library
from contracts.knowledge import SearchRequest
from knowledge.search.confidence import COVERAGE_THRESHOLD, coverage


@dataclass(frozen=True)
class Measured:
    """One question that no code decides: how much of it the first passage covers."""

    answerable: bool
    coverage: float


async def print_calibration(folder: Path, model: Path | None) -> None:
    measured = await measure(folder, model)
    halves = measured[0::2], measured[1::2]
    best = [threshold(half) for half in halves]
    print(
        f"coverage threshold: best on one half {best[0]:.2f}, on the other {best[1]:.2f}; in use {COVERAGE_THRESHOLD}"
    )
    for name, half in zip(("one half", "the other half"), halves, strict=True):
        print(
            f"  balanced accuracy on {name} at the one in use: {accuracy(half, COVERAGE_THRESHOLD):.3f}"
        )


async def measure(folder: Path, model: Path | None) -> list[Measured]:
    measured = []
    async with labelled_library(folder, model) as library:
        searcher = library.answerer.searcher
        for question in questions():
            found = await searcher.find(SearchRequest(query=question.text))
            if not found.hits or found.question.codes or found.question.demanded:
                continue
            covered = coverage(found.question, found.hits[0])
            measured.append(Measured(bool(question.document), covered))
    return measured


def threshold(measured: Sequence[Measured]) -> float:
    """The middle of the thresholds with the best balanced accuracy."""
    steps = [n / 100 for n in range(101)]
    top = max(accuracy(measured, step) for step in steps)
    best = [step for step in steps if accuracy(measured, step) == top]
    return (best[0] + best[-1]) / 2


def accuracy(measured: Sequence[Measured], at: float) -> float:
    """The mean of the share of right answers believed in and the share of questions rightly refused."""
    believed = [m.coverage >= at for m in measured if m.answerable]
    refused = [m.coverage < at for m in measured if not m.answerable]
    return (sum(believed) / len(believed) + sum(refused) / len(refused)) / 2
