"""One ``Range`` of bytes. Source: RFC 9110 §14."""

import re
from dataclasses import dataclass

from contracts.errors import RangeNotSatisfiable

_FORM = re.compile(r"bytes=(\d*)-(\d*)")


@dataclass(frozen=True)
class ByteRange:
    """From byte ``first`` to byte ``last``, both included, of ``size_bytes``."""

    first: int
    last: int
    size_bytes: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1

    @property
    def content_range(self) -> str:
        return f"bytes {self.first}-{self.last}/{self.size_bytes}"


def asked_range(header: str | None, size_bytes: int) -> ByteRange | None:
    """
    Read a ``Range`` header; ``None`` for the whole: none was asked, or a form that may be ignored.

    Raises:
        RangeNotSatisfiable: It starts after the end.
    """
    found = _FORM.fullmatch(header.strip()) if header else None
    if found is None or found.groups() == ("", ""):
        return None
    first_text, last_text = found.groups()
    if not first_text:
        first, last = max(0, size_bytes - _number(last_text)), size_bytes - 1
    else:
        first = _number(first_text)
        last = min(_number(last_text), size_bytes - 1) if last_text else size_bytes - 1
    if last_text and first_text and _number(last_text) < first:
        return None
    if first > last:
        raise RangeNotSatisfiable(
            f"The file has {size_bytes} bytes; ask for a range within them."
        )
    return ByteRange(first, last, size_bytes)


def _number(digits: str) -> int:
    """Read a number of any length; what is beyond all files is as good as any other beyond."""
    significant = digits.lstrip("0")
    return int(significant or 0) if len(significant) < 19 else 10**18
