"""What a language model is given of the passages that are found, and which orders in documents come back as leads of a model that obeys."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from benchmarks.knowledge import strangers
from benchmarks.knowledge.labelled import CORPUS, Labelled, Paper, documents, questions
from benchmarks.knowledge.served import labelled_library
from contracts.knowledge import SearchRequest
from knowledge.answers.extracts import MOST, Extract, answering, extracts
from knowledge.answers.leads import lead
from knowledge.search.searcher import Found

TITLES = 4
"""Under so many titles of genuine documents the orders stand too, each in a section of its own."""


async def print_given(folder: Path) -> None:
    """Print it with and without the passages that answer nothing by themselves; by words alone."""
    sets = [("labelled", list(documents()), questions())]
    sets += [(f"set {n}", strangers.papers(n), strangers.questions(n)) for n in "acjkm"]
    for name, papers, asked in sets:
        counts = await _counted(folder / name, papers, asked)
        for rule in ("all of the first five", "what answers by itself"):
            print(
                f"{name:<9} {rule:<24} {counts['answers']} answers: {counts[rule, 'given']} passages given,"
                f" {counts[rule, 'right']} of {counts['right']} right ones; an order is among them in {counts[rule, 'order']},"
                f" holds as a lead in {counts[rule, 'obeyed']}"
            )


async def _counted(
    folder: Path, papers: Sequence[Paper], asked: Sequence[Labelled]
) -> Counter[object]:
    counts: Counter[object] = Counter()
    orders = _orders()
    text = "\n\n".join(f"# Avis {n}\n\n{one}" for n, one in enumerate(orders))
    theirs = [
        replace(one, document_id=f"orders-{n}", name="avis.md", content=text.encode())
        for n, one in enumerate(islice(papers, TITLES))
    ]
    async with labelled_library(folder, None, [*papers, *theirs]) as library:
        for question in asked:
            request = SearchRequest(query=question.text, limit=MOST)
            found = await library.answerer.searcher.find(request)
            if found.confident:
                _count(counts, question, found, orders)
    return counts


def _count(
    counts: Counter[object], question: Labelled, found: Found, orders: dict[str, str]
) -> None:
    whole = [Extract(n, hit.passage) for n, hit in enumerate(found.hits, start=1)]
    right = {
        n for n, one in whole if question.is_answered_by(one.document_id, one.text)
    }
    counts["answers"] += 1
    counts["right"] += bool(question.document and right)
    for rule, some in (
        ("all of the first five", whole),
        ("what answers by itself", answering(found.question, found.hits)),
    ):
        given = extracts(some, found.question.codes)
        ordered = [
            (n, orders.get(one.text))
            for n, one in given
            if one.document_id.startswith("orders-")
        ]
        obeyed = [lead(f"1. {says} [{n}]", given) for n, says in ordered if says]
        counts[rule, "given"] += len(given)
        counts[rule, "right"] += bool(
            question.document and right & {n for n, _ in given}
        )
        counts[rule, "order"] += bool(ordered)
        counts[rule, "obeyed"] += any(obeyed)


def _orders() -> dict[str, str]:
    """Each with what a model that obeys it writes."""
    lines = (CORPUS / "orders.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return dict(line.split("\t") for line in lines)
