"""What a person can do about a service that is not ready."""

from typing import NamedTuple

from gateway.console.states import ServiceState

AWAY = (
    "Start it, or read in its log why it ended. Nothing is lost meanwhile: what needs it waits and goes on "
    "by itself."
)
REFUSED = "SERVICE_KEY of the gateway has to be one of the API_KEYS of this service, with a scope for it."
_LOG = "Its log says more; nothing is lost meanwhile."
_BY_CHECK = {
    ("storage", "nextcloud"): (
        "Look whether Nextcloud is up, full or in maintenance: reports wait for it and are filed by themselves. "
        "After a wrong password set NEXTCLOUD_PASSWORD (an app password) and restart storage."
    ),
    ("storage", "own_disk"): (
        "Free space on the disk of storage (its DATA_DIR), or mount it again: reports wait for it and are filed by themselves."
    ),
    ("gateway", "telegram"): (
        "Look at the network, and at TELEGRAM_BOT_TOKEN. What technicians send is kept by Telegram until the bot is back."
    ),
    ("notifier", "telegram"): (
        "Look at the network, and at TELEGRAM_BOT_TOKEN. Notices wait and are posted by themselves."
    ),
    ("notifier", "notices"): "See under Notices what the oldest waits for.",
    ("gateway", "own_disk"): (
        "Free space on the disk of the gateway (its DATA_DIR), or mount it again: what technicians send is kept by Telegram until there is some."
    ),
    ("notifier", "own_disk"): (
        "Free space on the disk of the notifier (its DATA_DIR), or mount it again: notices are asked for again, and posted by themselves."
    ),
    ("knowledge", "own_disk"): (
        "Free space on the disk of knowledge, or mount it again: until then new documents are refused and indexing waits. Searches go on."
    ),
    ("gateway", "database"): "Look at the disk of the gateway, or at DATABASE_URL.",
    ("knowledge", "index"): (
        "Look at the disk of knowledge, or at QDRANT_URL. Reports do not wait for it; technicians get no help meanwhile."
    ),
    (
        "knowledge",
        "indexing",
    ): "Restart knowledge; its log says why the indexer stopped.",
}
_SAID_ELSEWHERE = frozenset({"storage", "notifier", "knowledge", "reports", "webhooks"})
"""Checks of the gateway about what the console asks itself."""


class Complaint(NamedTuple):
    """One thing that a service misses, and what to do."""

    service: str
    what: str
    why: str
    do: str


def complaints(state: ServiceState) -> tuple[Complaint, ...]:
    """What *state* complains of, but for what the console sees with its own eyes."""
    if state.away:
        do = REFUSED if state.refused else AWAY
        return (
            Complaint(state.name, f"The {state.name} does not answer", state.away, do),
        )
    return tuple(
        Complaint(
            state.name,
            f"The {state.name} is not ready: {check}",
            result.detail,
            _BY_CHECK.get((state.name, check), _LOG),
        )
        for check, result in state.failing.items()
        if not (check in _SAID_ELSEWHERE and state.name in {"gateway", "notifier"})
    )
