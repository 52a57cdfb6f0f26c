"""What is found: hit@1, hit@3, MRR and refusals on the labelled questions, beside the naive baseline."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.knowledge.labelled import Labelled, Paper
from benchmarks.knowledge.served import labelled_service

ASKED_FOR = 10


@dataclass(frozen=True)
class Result:
    """One question's outcome: *rank* from 1 of the first passage that answers it, 0 for none of ten; *not_said* where the answer names what it lacks."""

    question: Labelled
    rank: int
    confident: bool
    not_said: bool = False
    top: str = ""


@dataclass(frozen=True)
class Figures:
    """Shares in [0, 1]."""

    hit_1: float
    hit_3: float
    mrr: float
    codes_hit_3: float
    wrong_refusals: float
    right_refusals: float

    def line(self, name: str) -> str:
        return (
            f"{name:<28} hit@1 {self.hit_1:6.3f}  hit@3 {self.hit_3:6.3f}  MRR {self.mrr:6.3f}  "
            f"codes hit@3 {self.codes_hit_3:6.3f}  wrong refusals {self.wrong_refusals:6.3f}  "
            f"right refusals {self.right_refusals:6.3f}"
        )


def figures(results: Sequence[Result]) -> Figures:
    asked = [r for r in results if r.question.document]
    codes = [r for r in asked if r.question.kind == "code"]
    none = [r for r in results if not r.question.document]
    return Figures(
        hit_1=_share(r.rank == 1 for r in asked),
        hit_3=_share(0 < r.rank <= 3 for r in asked),
        mrr=sum(1 / r.rank for r in asked if r.rank) / len(asked),
        codes_hit_3=_share(0 < r.rank <= 3 for r in codes),
        wrong_refusals=_share(not r.confident for r in asked),
        right_refusals=_share(not r.confident for r in none),
    )


def remarks(results: Sequence[Result]) -> str:
    """How often an answer says that the best passage lacks something: where that is right, and where nothing answers."""
    believed = [r for r in results if r.confident]
    right = [r.not_said for r in believed if r.rank == 1]
    none = [r.not_said for r in believed if not r.question.document]
    return (
        f"{'  says what it lacks':<28} of {len(right)} right first passages {_share(right):.3f}  "
        f"of {len(none)} believed without an answer {_share(none):.3f}"
    )


async def ours(
    folder: Path,
    model: Path | None,
    papers: Iterable[Paper],
    questions: Iterable[Labelled],
) -> list[Result]:
    """Ask the service every question over *papers*."""
    async with labelled_service(folder, model, papers) as http:
        return [await _asked(http, question) for question in questions]


async def _asked(http: httpx.AsyncClient, question: Labelled) -> Result:
    answer = await http.post(
        "/knowledge/search",
        json={"query": question.text, "limit": ASKED_FOR, "rewrite": "never"},
    )
    found = answer.raise_for_status().json()
    ranks = (
        rank
        for rank, passage in enumerate(found["passages"], start=1)
        if question.is_answered_by(
            passage["document_id"], f"{passage['section']} {passage['text']}"
        )
    )
    first = (
        found["passages"][0] if found["passages"] else {"document_id": "", "text": ""}
    )
    top = f"{first['document_id']}: {first['text'][:90]!r} {first.get('score')}"
    lacks = bool(found["not_said"])
    return Result(question, next(ranks, 0), found["confident"], lacks, top)


def _share(truths: Iterable[bool]) -> float:
    counted = list(truths)
    return sum(counted) / len(counted) if counted else 0.0
