"""Reads a document as the service does, in a process of its own."""

from pathlib import Path

from knowledge.documents.contents import Content
from knowledge.indexing.reader import ReaderLimits, read_document

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


async def read(
    folder: Path, content: bytes, name: str, limits: ReaderLimits = LIMITS
) -> Content:
    path = folder / "document"
    path.write_bytes(content)
    return await read_document(path, name, "application/octet-stream", limits, _unsaid)


async def _unsaid(page: int, pages: int) -> None:
    """Nobody is told."""
