"""One process at a time on files that two would spoil."""

import fcntl
from pathlib import Path
from typing import IO


class AlreadyRunning(OSError):
    """Another process works on the same files."""


def held(path: Path) -> IO[str]:
    """
    Hold the lock file at *path*, made when missing, until it is closed or the process ends, however it ends.

    Raises:
        AlreadyRunning: Another process holds it.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = path.open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        raise AlreadyRunning(
            f"another process works on {path.with_suffix('').absolute()}; "
            "stop it first, or give this one a DATA_DIR of its own"
        ) from error
    return lock
