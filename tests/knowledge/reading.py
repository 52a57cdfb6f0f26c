"""Reads a document as the service does."""

from pathlib import Path

from knowledge.documents.contents import Content
from knowledge.indexing.reader import ReaderLimits, Reading, read_document
from knowledge.reading.__main__ import read as lines_of

LIMITS = ReaderLimits(max_pages=20, memory_bytes=2**30, timeout_s=30)
MANUAL = """# Dépannage
Les messages suivants s'affichent sur l'écran de l'appareil.
## Codes
| Code | Description | Remède |
|---|---|---|
| 567 | Défaut d'isolement du champ photovoltaïque | Contrôler chaque connecteur du toit, puis les câbles |
| 102 | Tension du réseau trop élevée | Mesurer la tension au disjoncteur |
| 103 | Tension du réseau trop faible | Contrôler la section du câble |
# Entretien
Nettoyer le ventilateur chaque année.
"""


async def read(folder: Path, content: bytes, name: str) -> Content:
    """Read what is well meant here, as a process of its own costs 0.2 s; what is to be refused may end its process."""
    path = folder / "document"
    path.write_bytes(content)
    reading = Reading()
    for line in lines_of(path, name, "application/octet-stream", LIMITS.max_pages):
        await reading.take(line.encode(), unsaid)
    return reading.content()


async def read_apart(
    folder: Path, content: bytes, name: str, limits: ReaderLimits = LIMITS
) -> Content:
    path = folder / "document"
    path.write_bytes(content)
    return await read_document(path, name, "application/octet-stream", limits, unsaid)


async def unsaid(page: int, pages: int) -> None:
    """Nobody is told."""
