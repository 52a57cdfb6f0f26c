"""Failures of Qdrant Edge, told apart: damage, which is made again; a system that has no more to give; errors of ours."""

import errno
import re

from contracts.errors import Broken, Unavailable
from contracts.knowledge import INDEX_MENDING

RETRY_AFTER_S = 10.0

_DAMAGE = (errno.ENOENT, errno.EIO)
"""A file that is missing, a part of the disk that cannot be read; anything else (no memory, no open files) a good index has too."""
_OF_THE_SYSTEM = re.compile(rf"\(os error (?!(?:{'|'.join(map(str, _DAMAGE))})\))\d+\)")


class IndexMending(Unavailable):
    """It cannot answer until it is made again from the catalogue."""

    code = INDEX_MENDING

    def __init__(self, why: str = "The index is damaged") -> None:
        super().__init__(
            f"{why}; it is being made again from what was read. Ask again a little later.",
            retry_after_s=RETRY_AFTER_S,
        )


class IndexDamaged(Broken):
    """It cannot be opened."""


class Garbled(Exception):
    """A point that is none of ours."""


def in_our_words(error: BaseException) -> Unavailable | None:
    """What a reader or a writer of an open index is told in place of *error*; None where that is no failure of Edge's."""
    if is_damage(error):
        return IndexMending()
    if is_of_the_system(error):
        return Unavailable(f"The index cannot be read or written now ({error}).")
    return None


def is_damage(error: BaseException) -> bool:
    """
    Whether *error* tells of files that are damaged.

    Qdrant Edge has no class of its own, it raises `Exception` itself; what it panics at is no `Exception`. All else is
    Python's: no memory or no thread, or a fault of ours.
    """
    if type(error).__name__ == "PanicException":
        return True
    is_files = type(error) is Exception or isinstance(error, OSError | Broken | Garbled)
    return is_files and not is_of_the_system(error)


def is_of_the_system(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno not in _DAMAGE
    return bool(_OF_THE_SYSTEM.search(str(error)))
