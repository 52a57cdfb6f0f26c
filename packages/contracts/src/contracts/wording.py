"""How the French that people read is counted, agreed and cut to the room there is, by whichever service says it."""

from collections import Counter
from collections.abc import Iterable

_DOCUMENT = "document"
_NOUNS = {"photo": "photo", "video": "vidéo", _DOCUMENT: "document"}
"""By the kind of a file, as names and notices have it."""
_MAX_SHOWN = 60
LONGEST = 4096
"""UTF-16 code units of one message. Source: core.telegram.org/api/config, ``message_length_max``."""
PHOTOS_GONE = "⚠️ Aucune photo archivée : elles avaient déjà été supprimées de Telegram."


def counted(kinds: Iterable[str]) -> str:
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


def fitted(text: str, longest: int) -> str:
    """Cut a text to *longest* UTF-16 code units, as Telegram counts."""
    if units(text) <= longest:
        return text
    cut = text.encode("utf-16-le")[: 2 * (longest - 1)]
    return cut.decode("utf-16-le", "ignore") + "…"


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def agreed(participle: str, kinds: Iterable[str]) -> str:
    """Agree in gender and number: only *document* is masculine."""
    found = list(kinds)
    gender = "" if _DOCUMENT in found else "e"
    return f"{participle}{gender}{'s' if len(found) > 1 else ''}"
