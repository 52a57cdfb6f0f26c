"""Text in plain files."""

import re
from collections.abc import Iterator
from pathlib import Path

from knowledge.reading.blocks import Block
from knowledge.reading.listed import listed

MAX_PARAGRAPH_CHARS = 20_000

_UNDERLINE = re.compile(r"^([=\-~])\1{2,}\s*$")
_BLANK = re.compile(r"\n\s*\n")


def decoded(path: Path) -> str:
    """Read text in UTF-8 (with or without a mark) or UTF-16, else in what Excel writes in France; lines end with ``\\n``."""
    content = path.read_bytes()
    return _decoded(content).replace("\r\n", "\n").replace("\r", "\n")


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        is_old_mac = b"\r" in content and b"\n" not in content
        return content.decode("mac-roman" if is_old_mac else "cp1252", "replace")


def text_blocks(path: Path) -> list[Block]:
    """Read plain text: blank lines part paragraphs, a form feed pages, a line underlined with ``===`` is a heading."""
    pages = decoded(path).split("\f")
    return [
        block
        for number, page in enumerate(pages, start=1)
        for part in _BLANK.split(page)
        for block in _paragraph(part.strip("\n"), number if len(pages) > 1 else None)
    ]


def _paragraph(text: str, page: int | None) -> list[Block]:
    lines = [line.rstrip() for line in text.split("\n") if line.strip()]
    if not lines:
        return []
    if len(lines) > 1 and (mark := _UNDERLINE.match(lines[1])):
        level = 1 if mark.group(1) == "=" else 2
        heading = Block("heading", lines[0].strip(), page, level)
        return [heading, *_paragraph("\n".join(lines[2:]), page)]
    return [
        Block("text", part, page)
        for item in listed(lines)
        for part in _bounded(" ".join(line.strip() for line in item))
    ]


def _bounded(text: str) -> Iterator[str]:
    """Part what no paragraph is as long as, such as a whole file without a blank line."""
    start = 0
    while len(text) - start > MAX_PARAGRAPH_CHARS:
        most = start + MAX_PARAGRAPH_CHARS
        end = text.rfind(" ", start + 1, most) + 1 or most
        yield text[start:end].strip()
        start = end
    yield text[start:]
