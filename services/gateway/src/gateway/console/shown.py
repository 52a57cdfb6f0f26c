"""How times, sizes and links are shown to the admin."""

from datetime import datetime
from urllib.parse import urlsplit

from contracts.actions import PARIS, Action

ACTION_TITLES = {
    Action.FIN: "Fin de chantier",
    Action.SAV: "Alerte SAV",
    Action.MATERIEL: "Matériel manquant",
}
"""As technicians know them."""
STEP_TITLES = {
    "photos": "Photos to Nextcloud",
    "card": "Card on the Deck board",
    "notice": "Notice given to the notifier",
    "receipt": "Receipt to the technician",
    "delivery": "Notice read by the group",
    "help": "Help to the technician",
    "history": "Put into the history of faults",
}
_UNITS = ((86_400, "d"), (3600, "h"), (60, "min"))


def when(at: datetime) -> str:
    """The local time of those who look."""
    return f"{at.astimezone(PARIS):%d %b %Y, %H:%M}"


def ago(at: datetime, now: datetime) -> str:
    """How long since: ``3 min``, ``2 h``, ``5 d``."""
    seconds = max(0, int((now - at).total_seconds()))
    for length, unit in _UNITS:
        if seconds >= length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"


def size(size_bytes: int) -> str:
    for length, unit in ((10**9, "GB"), (10**6, "MB"), (1000, "kB")):
        if size_bytes >= length:
            return f"{size_bytes / length:.1f} {unit}"
    return f"{size_bytes} bytes"


def web_link(url: str) -> str:
    """The *url* where it leads to the web, else nothing: escaping does not stop ``javascript:``."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and parts.netloc else ""


def oneline(text: str, longest: int = 140) -> str:
    """The beginning of *text*, for a list."""
    joined = " ".join(text[: longest * 4].split())
    return joined if len(joined) <= longest else f"{joined[: longest - 1].rstrip()}…"
