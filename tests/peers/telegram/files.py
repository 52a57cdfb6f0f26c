"""Files that people and bots send: bytes, or a source of any size that is read piece by piece."""

import functools
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import Any, Protocol

from PIL import Image, UnidentifiedImageError
from pyrogram import raw

from .refusals import Refused

MEBIBYTE = 1 << 20
_THUMB_PX = 320


class Source(Protocol):
    """Where a large file's bytes come from; *size* in bytes."""

    @property
    def size(self) -> int: ...

    def read(self, offset: int, limit: int) -> bytes:
        """At most *limit* bytes from *offset*; fewer only at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Generated:
    """A file of any size that takes no memory: every MiB differs, the same *seed* gives the same bytes."""

    size: int
    seed: int = 0

    def read(self, offset: int, limit: int) -> bytes:
        end = min(offset + limit, self.size)
        pieces = []
        while offset < end:
            index, start = divmod(offset, MEBIBYTE)
            stop = min(MEBIBYTE, start + end - offset)
            pieces.append(_block(self.seed, index)[start:stop])
            offset += stop - start
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def sha256(self) -> str:
        """Hash of the whole file, in hex."""
        digest = sha256()
        for offset in range(0, self.size, MEBIBYTE):
            digest.update(self.read(offset, MEBIBYTE))
        return digest.hexdigest()


def _block(seed: int, index: int) -> bytes:
    return index.to_bytes(16, "big") + _noise(seed)[16:]


@functools.lru_cache(maxsize=4)
def _noise(seed: int) -> bytes:
    return random.Random(seed).randbytes(MEBIBYTE)


@dataclass(slots=True)
class File:
    """One photo or document as Telegram keeps it."""

    id: int
    access_hash: int
    source: bytes | Source | None
    mime: str
    date: datetime
    attributes: Sequence[Any] = ()
    photo: "Picture | None" = None
    generation: int = 1
    size: int = field(init=False)

    def __post_init__(self) -> None:
        source = self.source
        self.size = (
            0
            if source is None
            else len(source)
            if isinstance(source, bytes)
            else source.size
        )

    @property
    def name(self) -> str | None:
        """The name a document was sent with."""
        names = [
            a.file_name
            for a in self.attributes
            if isinstance(a, raw.types.DocumentAttributeFilename)
        ]
        return names[0] if names else None

    @property
    def reference(self) -> bytes:
        """What a client must show to download it; older generations are refused."""
        return self.generation.to_bytes(4, "big") + self.access_hash.to_bytes(8, "big")

    def read(self, offset: int = 0, limit: int | None = None) -> bytes:
        """Its bytes, all of them by default."""
        limit = self.size if limit is None else limit
        if self.source is None:
            raise Refused(400, "FILE_ID_INVALID")
        if isinstance(self.source, bytes):
            return self.source[offset : offset + limit]
        return self.source.read(offset, limit)


@dataclass(frozen=True, slots=True)
class Picture:
    """Pixels of a photo, and its small copy."""

    width_px: int
    height_px: int
    thumb: bytes
    thumb_width_px: int
    thumb_height_px: int

    @property
    def type(self) -> str:
        """Letter of the largest size. Source: core.telegram.org/api/files#image-thumbnail-types."""
        longest = max(self.width_px, self.height_px)
        return "x" if longest <= 800 else "y" if longest <= 1280 else "w"


@functools.lru_cache(maxsize=64)
def picture(jpeg: bytes) -> Picture:
    """
    Measure a photo and make its small copy.

    Raises:
        Refused: IMAGE_PROCESS_FAILED, for bytes that are no picture.
    """
    try:
        with Image.open(BytesIO(jpeg)) as image:
            width_px, height_px = image.size
            image.draft("RGB", (_THUMB_PX, _THUMB_PX))
            small = image.convert("RGB")
    except (UnidentifiedImageError, OSError) as error:
        raise Refused(400, "IMAGE_PROCESS_FAILED") from error
    small.thumbnail((_THUMB_PX, _THUMB_PX))
    thumb = BytesIO()
    small.save(thumb, "JPEG", quality=60)
    return Picture(width_px, height_px, thumb.getvalue(), *small.size)
