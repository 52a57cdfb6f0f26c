"""A file or a folder, and how its name is written in an href."""

import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

INSTANCE_ID = "ocpeer000000"
MIME_OF = {
    ".bin": "application/x-bin",
    ".jpg": "image/jpeg",
    ".heic": "image/heic",
    ".md": "text/markdown",
}


@dataclass(slots=True, eq=False)
class Node:
    """A file or a collection. ``size`` of a collection is that of all files below it."""

    id: int
    name: str
    parent: "Node | None"
    is_folder: bool
    etag: str = ""
    size: int = 0
    mtime: int = 0  # seconds since the epoch, as all times here
    uploaded: int = 0
    created: int = 0
    checksum: str = ""
    custom: dict[str, str] = field(
        default_factory=dict
    )  # dead properties, by Clark name
    children: dict[str, "Node"] = field(default_factory=dict)
    href: str = ""  # the name, quoted as Nextcloud quotes it

    @property
    def parts(self) -> tuple[str, ...]:
        return () if self.parent is None else (*self.parent.parts, self.name)

    @property
    def oc_id(self) -> str:
        return f"{self.id:08d}{INSTANCE_ID}"

    @property
    def content_type(self) -> str:
        known = MIME_OF.get(Path(self.name).suffix.lower())
        return known or mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    def listed(self) -> list["Node"]:
        return [self.children[name] for name in sorted(self.children)]

    def below(self) -> Iterator["Node"]:
        for child in self.listed():
            yield child
            yield from child.below()


def quoted(name: str) -> str:
    """Percent-encode as Nextcloud does: lower-case hex, ``( ) @ ~ - _ .`` literal."""
    upper = quote(name, safe="()@~-_.")
    parts = upper.split("%")
    return parts[0] + "".join(f"%{part[:2].lower()}{part[2:]}" for part in parts[1:])


def uniqid(microseconds: int) -> str:
    """PHP's ``uniqid()``: a time in 13 hex digits. It is the etag of a folder."""
    return f"{microseconds // 1_000_000:08x}{microseconds % 1_000_000:05x}"
