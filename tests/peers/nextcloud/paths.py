"""Which path a request means, and which names Nextcloud refuses."""

import posixpath
import unicodedata
from urllib.parse import urlsplit

from tests.peers.nextcloud.errors import forbidden, invalid_path, locked
from tests.peers.nextcloud.wire import decoded

Parts = tuple[str, ...]


def parts_of(path: str) -> Parts:
    """Split a decoded path: NFC, without ``.``, ``..`` and empty segments, as nginx and Nextcloud make it."""
    clean = posixpath.normpath("/" + unicodedata.normalize("NFC", path).lstrip("/"))
    return tuple(part for part in clean.split("/") if part)


def destination_of(header: str) -> str:
    """The decoded path of a Destination header; its host does not matter (recorded)."""
    return decoded(urlsplit(header).path.encode())


def shown(parts: Parts) -> str:
    """A path as Nextcloud's messages write it: ``/T2/nope``, but ``//nope`` at the top."""
    return "/" + "/".join(parts) if len(parts) != 1 else "//" + parts[0]


def refuse_name(parts: Parts) -> None:
    """Refuse what cannot be created. The limits are recorded: 250 characters, 255 bytes."""
    name = parts[-1]
    if any(ord(letter) < 0x20 for letter in name) or "\\" in name:
        raise invalid_path("File name contains at least one invalid character")
    if len(name) > 250 or len(name.encode()) > 255:
        raise invalid_path("File name is too long")
    if name == ".htaccess":
        raise forbidden()
    if name.endswith(".part"):
        raise locked("/".join(parts))
