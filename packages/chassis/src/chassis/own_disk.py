"""Whether a service can still keep anything in its folder."""

import asyncio
import errno
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from contracts.errors import StorageFull, Unavailable

_BYTES = 64 * 1024
"""A few of SQLite's pages."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""The disk, a quota, or a limit of the process; neither of the last two shows in what is free."""


async def takes(folder: Path) -> str:
    """
    See that something can be kept in *folder*, by keeping it for a moment; a word for ``/readyz``.

    Raises:
        StorageFull: Its disk is full.
        Unavailable: It cannot be written to.
    """
    try:
        await asyncio.to_thread(_keep, folder)
    except OSError as error:
        said = f"DATA_DIR takes nothing ({error.strerror})"
        if error.errno in _FULL:
            raise StorageFull(f"{said}: free some of its disk.") from error
        raise Unavailable(
            f"{said}: mount its disk, or let the service write there; then restart it."
        ) from error
    return "writable"


@contextmanager
def full_is_said() -> Iterator[None]:
    """
    Say a full disk as such, while what was sent is kept.

    Raises:
        StorageFull: The disk of the service takes no more.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(
                f"The disk of this service: {error.strerror}. Free some of it, then send the file again."
            ) from error
        raise


def _keep(folder: Path) -> None:
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(bytes(_BYTES))
        file.flush()
