"""Paths below the root, as callers write them and as URLs."""

import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import PurePosixPath
from urllib.parse import quote, unquote_to_bytes

from contracts.errors import Rejected
from contracts.names import safe_name

ROOT = PurePosixPath("")
MAX_DEPTH = 32
MAX_LENGTH = 4000
"""In Nextcloud's table of files a path has no more."""
_NOTHING = frozenset({"", "."})


def read_path(text: str) -> PurePosixPath:
    """
    Read the path of something that may exist: names as they are, in NFC.

    Raises:
        Rejected: It climbs (``..``), or no Nextcloud has such a name.
    """
    if len(text) > MAX_LENGTH:
        raise _too_long()
    parts = _parts(text)
    if any(_is_refused(char) for part in parts for char in part):
        raise Rejected(
            "A path has no backslash, no control character and no half of a surrogate pair.",
            code="bad_path",
        )
    return PurePosixPath(*parts)


def written_path(text: str) -> PurePosixPath:
    """
    Read the path of something to be made: each name made safe (`contracts.names`).

    Raises:
        Rejected: It climbs (``..``), is empty, or longer than any.
    """
    parts = _parts(text)
    if not parts:
        raise Rejected("Name a path below the root.", code="bad_path")
    path = PurePosixPath(*(safe_name(part) for part in parts))
    if len(wire(path)) > MAX_LENGTH:
        raise _too_long()
    return path


def file_path(text: str) -> PurePosixPath:
    """
    Read the path of a file to be made, see `written_path`.

    Raises:
        Rejected: Its last name is missing: nobody means the file to be called like the folder.
    """
    if text.rpartition("/")[2].strip() in _NOTHING:
        raise Rejected("Name the file behind the last '/'.", code="bad_path")
    return written_path(text)


def wire(path: PurePosixPath) -> str:
    """Say *path* as answers do: relative to the root, which is ``""``."""
    return "/".join(path.parts)


def quoted(path: PurePosixPath) -> str:
    """Percent-encode *path* for a URL, name by name."""
    return "/".join(quote(part, safe="") for part in path.parts)


@lru_cache(maxsize=1024)
def depth_of(href: str) -> int:
    """Count the names of an href's path; what is above them is the same for all members of a listing."""
    return sum(1 for name in href.split("/") if name)


def decoded(names: Sequence[str]) -> list[str]:
    """Decode the names in hrefs, to NFC; a byte that is not UTF-8 is read as Latin-1."""
    # All at once costs a fifth.
    raw = unquote_to_bytes("/".join(names))
    if raw.count(b"/") == len(names) - 1:
        with suppress(UnicodeDecodeError):
            return unicodedata.normalize("NFC", raw.decode()).split("/")
    return [_decoded(name) for name in names]


def _decoded(name: str) -> str:
    raw = unquote_to_bytes(name)
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    return unicodedata.normalize("NFC", text)


def _too_long() -> Rejected:
    return Rejected(f"A path has at most {MAX_LENGTH} characters.", code="bad_path")


def _is_refused(char: str) -> bool:
    return ord(char) < 0x20 or char == "\\" or 0xD800 <= ord(char) <= 0xDFFF


def _parts(text: str) -> list[str]:
    parts = [
        unicodedata.normalize("NFC", part)
        for part in text.split("/")
        if part.strip() not in _NOTHING
    ]
    if any(part.strip() == ".." for part in parts):
        raise Rejected("A path stays below the root: leave '..' out.", code="bad_path")
    if len(parts) > MAX_DEPTH:
        raise Rejected(
            f"A path has at most {MAX_DEPTH} folders in each other.", code="bad_path"
        )
    return parts
