"""How French words are counted, agreed and cut to the room there is."""

from collections import Counter
from collections.abc import Iterable

from gateway.file_names import FileKind

_NOUNS = {
    FileKind.PHOTO: "photo",
    FileKind.VIDEO: "vidéo",
    FileKind.DOCUMENT: "document",
}
_MAX_SHOWN = 60
LONGEST = 4096
"""UTF-16 code units of one message. Source: core.telegram.org/api/config, ``message_length_max``."""
_LABEL_END = len(" — 25/03/2026")


def counted(kinds: Iterable[FileKind]) -> str:
    """``7 photos, 1 vidéo et 1 document``; empty for nothing."""
    numbers = Counter(kinds)
    parts = [
        f"{numbers[kind]} {noun}{'s' if numbers[kind] > 1 else ''}"
        for kind, noun in _NOUNS.items()
        if numbers[kind]
    ]
    return " et ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def shown(text: str, longest: int = _MAX_SHOWN) -> str:
    """Cut what people typed to a length that fits a line of a phone."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def label(text: str) -> str:
    """Cut a button's label in its middle: a chantier's ends in its date."""
    if len(text) <= _MAX_SHOWN:
        return text
    return f"{text[: _MAX_SHOWN - _LABEL_END - 1].rstrip()}…{text[-_LABEL_END:]}"


def fitted(text: str, longest: int) -> str:
    """Cut a text to *longest* UTF-16 code units, as Telegram counts."""
    if units(text) <= longest:
        return text
    cut = text.encode("utf-16-le")[: 2 * (longest - 1)]
    return cut.decode("utf-16-le", "ignore") + "…"


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def agreed(participle: str, kinds: Iterable[FileKind]) -> str:
    """Agree in gender and number: only *document* is masculine."""
    found = list(kinds)
    gender = "" if FileKind.DOCUMENT in found else "e"
    return f"{participle}{gender}{'s' if len(found) > 1 else ''}"
