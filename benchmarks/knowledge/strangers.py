"""
Sets by people who knew nothing of how the search works: each wrote manuals, past faults and questions of a technician of theirs.

``strangers/<set>/documents.tsv`` names the documents, ``questions.tsv`` the questions. Sets *a* to *i*, *l* and *n* were there to learn
from; *j*, *k* and *m* are only asked: a rule that is made for one of their questions is of no worth to the questions of others.
"""

from pathlib import Path

from benchmarks.knowledge.baseline import baseline
from benchmarks.knowledge.labelled import Labelled, Paper
from benchmarks.knowledge.quality import Result, figures, ours, remarks
from knowledge.words.folding import folded

SETS = Path(__file__).parent / "strangers"
LEARNT_FROM = "abcdefghiln"
ONLY_ASKED = "jkm"


def names() -> list[str]:
    return sorted(path.name for path in SETS.iterdir())


def papers(name: str) -> list[Paper]:
    folder = SETS / name
    return [
        Paper(
            f"{name}-{Path(file).stem}",
            title,
            source,
            file,
            (folder / file).read_bytes(),
            outcome,
        )
        for file, title, source, outcome in _rows(folder / "documents.tsv")
    ]


def questions(name: str) -> list[Labelled]:
    return [
        Labelled(
            kind,
            text,
            f"{name}-{Path(file).stem}" if file else "",
            " ".join(folded(contains).split()),
        )
        for kind, text, file, contains in _rows(SETS / name / "questions.tsv")
    ]


async def print_strangers(folder: Path, model: Path | None, *, chroma: bool) -> None:
    """Print what is found of the sets, every set in a library of its own."""
    asked = {"strangers' sets": LEARNT_FROM, "  those only asked": ONLY_ASKED}
    for title, some in asked.items():
        words = await _found(folder / f"words-{some}", None, some)
        print(figures(words).line(f"{title}, words alone"))
        print(remarks(words))
        if model is not None:
            hybrid = await _found(folder / f"hybrid-{some}", model, some)
            print(figures(hybrid).line(f"{title}, hybrid"))
            if chroma:
                naive = [
                    result
                    for name in some
                    for result in await baseline(model, papers(name), questions(name))
                ]
                print(figures(naive).line(f"{title}, naive baseline"))


async def _found(folder: Path, model: Path | None, some: str) -> list[Result]:
    return [
        result
        for name in some
        for result in await ours(folder / name, model, papers(name), questions(name))
    ]


def _rows(table: Path) -> list[list[str]]:
    lines = table.read_text("utf-8").splitlines()[1:]
    return [line.split("\t") for line in lines]
