"""The processes that read a document end when nobody waits for them any more."""

import asyncio
import os
import sys
from pathlib import Path

import psutil
import pytest
from PIL import Image

from contracts.errors import Rejected
from knowledge.indexing.reader import ReaderLimits, read_document
from tests.knowledge import scanning
from tests.knowledge.killed import Process
from tests.waiting import until

PICTURE = scanning.png(Image.new("L", (20, 20), 255))


async def test_what_reads_a_document_ends_with_a_killed_service(tmp_path, monkeypatch):
    """Else a page that takes long is read by as many processes as there were starts."""
    monkeypatch.setenv("PATH", f"{endless_tesseract(tmp_path)}:{os.environ['PATH']}")
    service = Process(tmp_path)
    async with service as http:
        await http.put("/knowledge/documents/x?name=scan.png", content=PICTURE)
        await until(lambda: len(readers(tmp_path)) == 2, what="reader and Tesseract")
        service.kill()
        await until(lambda: not readers(tmp_path), what="their end")


async def test_a_reading_that_takes_too_long_takes_tesseract_with_it(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("PATH", f"{endless_tesseract(tmp_path)}:{os.environ['PATH']}")
    path = tmp_path / "scan.png"
    path.write_bytes(PICTURE)

    async def unsaid(page: int, pages: int) -> None:
        """Nobody is told."""

    with pytest.raises(Rejected, match="took more than"):
        await read_document(path, "", "", ReaderLimits(5, 2**30, 3), unsaid)

    await until(lambda: not readers(tmp_path), what="their end")


async def test_who_was_left_before_it_was_tied_ends_itself():
    """A fork whose parent is killed before the two are tied is told by nobody."""
    code = "from knowledge.parent import end_with_parent; end_with_parent(1_000_000_000); print('goes on')"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()

    assert (process.returncode, said) == (1, b"")


def endless_tesseract(folder: Path) -> Path:
    """A program of that name that knows French and never ends."""
    program = folder / "bin" / "tesseract"
    program.parent.mkdir()
    os.mkfifo(folder / "never")
    program.write_text(
        f"#!/bin/sh\ntest $1 = --list-langs && echo fra || exec cat {folder}/never\n"
    )
    program.chmod(0o755)
    return program.parent


def readers(folder: Path) -> list[int]:
    """The processes at work on what lies in *folder*, but the service and this one."""
    return [
        process.pid
        for process in psutil.process_iter(["cmdline"])
        if str(folder) in " ".join(process.info["cmdline"] or ())
        and process.pid != os.getpid()
    ]
