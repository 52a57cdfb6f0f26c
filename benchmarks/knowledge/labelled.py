"""The labelled set: documents written for it as manuals would be, and questions as technicians type them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from knowledge.words.folding import folded
from tests.knowledge import papers

_COLUMN = re.compile(r"^[^:\n]{1,60} : ", re.MULTILINE)
CORPUS = Path(__file__).parent / "corpus"


@dataclass(frozen=True)
class Paper:
    """One document, ready to be sent."""

    document_id: str
    title: str
    source: str
    name: str
    content: bytes
    outcome: str = ""


@dataclass(frozen=True)
class Labelled:
    """A question; without *document* nothing answers it. ``contains`` is folded text of the passage that does."""

    kind: str
    text: str
    document: str = ""
    contains: str = ""

    def is_answered_by(self, document: str, text: str) -> bool:
        """Whether the passage holds the text, be it that of cells side by side, each of which it says with its column's title."""
        if document != self.document:
            return False
        told = (folded(text), _COLUMN.sub("", folded(text)))
        return any(self.contains in re.sub(r"\s+", " ", one) for one in told)


def documents() -> Iterator[Paper]:
    """Make all documents, each in its format."""
    for path in sorted(CORPUS.glob("*.md")):
        head, text = path.read_text(encoding="utf-8")[4:].split("---\n", 1)
        about = dict(line.split(": ", 1) for line in head.splitlines())
        extension, content = _made(about["form"], text, about.get("running", ""))
        yield Paper(
            path.stem,
            about["title"],
            about["source"],
            f"{path.stem}.{extension}",
            content,
        )
    for path in sorted(CORPUS.glob("*.csv")):
        title = "Viessmann Vitocal – Liste des codes de défaut"
        yield Paper(path.stem, title, "Notices", path.name, path.read_bytes())
    for line in (
        (CORPUS / "sav-historique.jsonl").read_text(encoding="utf-8").splitlines()
    ):
        report = json.loads(line)
        yield Paper(
            report["id"],
            report["title"],
            "Historique SAV",
            "report.txt",
            report["text"].encode(),
            report["outcome"],
        )


def questions() -> list[Labelled]:
    lines = (CORPUS / "questions.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return [Labelled(*line.split("\t")) for line in lines]


def _made(form: str, text: str, running: str) -> tuple[str, bytes]:
    kind, _, layout = form.partition(" ")
    match kind:
        case "pdf":
            return "pdf", papers.pdf(text, layout=layout, running=running)
        case "html":
            return "html", papers.html(text)
        case "docx":
            return "docx", papers.docx(text)
        case "odt":
            return "odt", papers.odt(text)
        case "markdown":
            return "md", text.encode()
        case _:
            plain = re.sub(
                r"^#+ (.*)$",
                lambda m: f"{m[1]}\n{'=' * len(m[1])}",
                text,
                flags=re.MULTILINE,
            )
            return "txt", plain.encode()
