"""The running service is asked for its backup: only it may read its index."""

from typing import BinaryIO

import httpx

from knowledge.settings import KnowledgeSettings

TIMEOUT_S = 600.0


class NoBackup(OSError):
    """The service gave none; says why."""


def fetch_backup(settings: KnowledgeSettings, into: BinaryIO) -> int:
    """
    Write what ``POST /knowledge/backup`` answers.

    Returns:
        How many bytes.

    Raises:
        NoBackup: It does not run, or refuses.
    """
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104 - not to bind
    key = settings.service_key
    headers = {"X-API-Key": key.get_secret_value()} if key else {}
    url = f"http://{host}:{settings.port}/knowledge/backup"
    try:
        with httpx.stream("POST", url, headers=headers, timeout=TIMEOUT_S) as answer:
            if answer.is_success:
                return sum(into.write(piece) for piece in answer.iter_bytes())
            answer.read()
            raise NoBackup(f"{answer.status_code} {answer.text}")
    except httpx.TransportError as error:
        raise NoBackup(f"{url} does not answer ({error}); start the service") from error
