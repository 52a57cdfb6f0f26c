"""Reads a document in a process of its own, with bounds on its memory, time and output."""

import asyncio
import json
import logging
import math
import os
import re
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from contracts.errors import Rejected
from contracts.texts import without_controls
from knowledge.documents.contents import Content
from knowledge.reading.blocks import Block

logger = logging.getLogger(__name__)

MAX_OUTPUT_BYTES: Final = 128 * 1024 * 1024
"""5,000 full pages are 20 MB of text."""
MAX_TITLE_CHARS: Final = 300
"""As of a title that is sent; each passage carries it."""
_LINE_LIMIT_BYTES: Final = 16 * 1024 * 1024
_MAY_HOLD_CONTROLS: Final = re.compile(rb"\\u00|\x7f|\xc2[\x80-\x9f]")
"""In a line of JSON: to look into each of its texts takes longer than to read it."""

OnPage = Callable[[int, int], Awaitable[None]]
"""Told of each page read: its number and how many there are."""


@dataclass(frozen=True, slots=True)
class ReaderLimits:
    max_pages: int
    memory_bytes: int
    timeout_s: float


@dataclass(slots=True)
class Reading:
    """What has come from the process so far."""

    pages: int = 0
    media_type: str = ""
    title: str = ""
    blocks: list[Block] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    refused: str = ""

    async def take(self, told: bytes, on_page: OnPage) -> None:
        """Take one line of what it tells."""
        line = _told(told)
        if "block" in line:
            self.blocks.append(Block.from_fields(line["block"]))
        elif "page" in line:
            await on_page(line["page"], self.pages)
        elif "format" in line:
            self.media_type, self.pages, self.title = (
                line["format"],
                line["pages"],
                line["title"][:MAX_TITLE_CHARS],
            )
        elif "note" in line:
            self.notes.append(line["note"])
        elif "unreadable" in line:
            self.refused = line["unreadable"]
        else:
            logger.error("the reader crashed", extra={"crash": line["crash"]})

    def content(self) -> Content:
        return Content(
            tuple(self.blocks),
            self.pages,
            self.media_type,
            self.title,
            tuple(self.notes),
        )


async def read_document(
    path: Path, name: str, media_type: str, limits: ReaderLimits, on_page: OnPage
) -> Content:
    """
    Read the document at *path*.

    Raises:
        Rejected: It cannot be read; says why. A hostile one ends its own process and nothing else.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "knowledge.reading",
        str(path),
        name,
        media_type,
        str(limits.max_pages),
        str(limits.memory_bytes),
        str(math.ceil(limits.timeout_s)),
        str(os.getpid()),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        limit=_LINE_LIMIT_BYTES,
    )
    assert process.stdout is not None
    reading = Reading()
    try:
        async with asyncio.timeout(limits.timeout_s):
            await _take_all(process.stdout, reading, on_page)
            status = await process.wait()
    except ValueError as error:  # a longer line than the stream's limit
        raise Rejected(
            "One paragraph or row of the document has more than 16 MB; part it."
        ) from error
    except TimeoutError as error:
        raise Rejected(
            f"Reading took more than {limits.timeout_s:.0f} s; part the document, or raise KNOWLEDGE_READER_TIMEOUT_S."
        ) from error
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    if reading.refused:
        raise Rejected(reading.refused)
    if status:
        raise Rejected(
            "The document is damaged, or too much for KNOWLEDGE_READER_MEMORY_BYTES: the program that reads it crashed."
            " Save it anew and send that."
        )
    return reading.content()


async def _take_all(
    stdout: asyncio.StreamReader, reading: Reading, on_page: OnPage
) -> None:
    size_bytes = 0
    async for line in stdout:
        size_bytes += len(line)
        if size_bytes > MAX_OUTPUT_BYTES:
            raise Rejected(
                "The document holds more text than 5,000 full pages; part it."
            )
        await reading.take(line, on_page)


def _told(line: bytes) -> Any:
    told = json.loads(line)
    return _plain(told) if _MAY_HOLD_CONTROLS.search(line) else told


def _plain(told: Any) -> Any:
    match told:
        case str():
            return without_controls(told)
        case list():
            return [_plain(one) for one in told]
        case dict():
            return {name: _plain(one) for name, one in told.items()}
        case _:
            return told
