"""What cannot be read, and says so."""

import io
import zipfile

import pytest

from contracts.errors import Rejected
from knowledge.indexing.reader import ReaderLimits
from tests.knowledge import papers
from tests.knowledge.reading import MANUAL, read_apart


def bomb() -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 200_000_000)
    return whole.getvalue()


def entities() -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("content.xml", "<!DOCTYPE x [<!ENTITY a 'aaaa'>]><x>&a;</x>")
    return whole.getvalue()


def spoiled(document: bytes) -> bytes:
    """As after a download that went wrong: the list of its parts is whole, the text is not."""
    whole = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(document)) as parts,
        zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in parts.namelist():
            archive.writestr(name, parts.read(name))
        part = archive.getinfo("word/document.xml")
    start = part.header_offset + 60 + len(part.filename)
    spoiled = whole.getvalue()
    return spoiled[:start] + b"\xff" * 40 + spoiled[start + 40 :]


def locked(document: bytes) -> bytes:
    """Bit 0 of the flags says that a part is encrypted (APPNOTE.TXT, 4.4.4)."""
    whole = bytearray(document)
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        directory = archive.start_dir
    for mark, flags, start in ((b"PK\x03\x04", 6, 0), (b"PK\x01\x02", 8, directory)):
        at = whole.rfind(mark, start)
        while at >= start:
            if b"content.xml" in whole[at : at + 60]:
                whole[at + flags] |= 1
            at = whole.rfind(mark, start, at)
    return bytes(whole)


def holding(name: str, mimetype: bytes = b"") -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr(name, "<x/>")
        if mimetype:
            archive.writestr("mimetype", mimetype)
    return whole.getvalue()


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (lambda: b"%PDF-1.7\nnothing of a PDF", "damaged"),
        (lambda: b"PK\x03\x04 nothing of a ZIP", "damaged"),
        (lambda: b"\x00\x01\x02\x03 binary", "format is not known"),
        (bomb, "unpacks to more"),
        (lambda: rb"{\rtf1\ansi Erreur 567 : r\'e9sistance\par}", "RTF is not read"),
        (
            lambda: b"From: a\r\nX: b\r\n c\r\nMIME-Version: 1.0\r\n\r\nVu",
            "save the page",
        ),
        (
            lambda: (
                b"ARC-Seal: i=1;\r\n b=dGVzdA==\r\n" * 250 + b"MIME-Version: 1.0\r\n"
            ),
            "attached to it",
        ),
        (lambda: holding("ppt/presentation.xml"), "presentation is not read"),
        (
            lambda: holding(
                "content.xml", b"application/vnd.oasis.opendocument.presentation"
            ),
            "presentation is not read",
        ),
        (lambda: holding("manual.pdf"), "one by one"),
        (
            lambda: spoiled(papers.docx(MANUAL)),
            r"save it anew and send that \(word/document.xml",
        ),
        (lambda: locked(papers.odt_of("<text:p>a</text:p>")), "password"),
        (  # as Office locks DOCX and XLSX: an old container, with a stream of this name
            lambda: (
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
                + bytes(5000)
                + "EncryptedPackage".encode("utf-16-le")
            ),
            "password",
        ),
        (entities, "entities"),
        (
            lambda: papers.odt_of(
                "<text:section>" * 3000
                + "<text:p>a</text:p>"
                + "</text:section>" * 3000
            ),
            "nested too deeply",
        ),
        (
            lambda: b"<!doctype html><p>a<p>" + b"mot " * 3_000_000 + b"<p>b",
            "more than 10 MB",
        ),
    ],
)
async def test_what_cannot_be_read_is_refused_with_a_reason(made, why, tmp_path):
    with pytest.raises(Rejected, match=why):
        await read_apart(tmp_path, made(), "x.bin")


async def test_a_paragraph_without_an_end_is_refused_in_words(tmp_path):
    endless = papers.docx("mot " * 5_000_000)

    with pytest.raises(Rejected, match="16 MB"):
        await read_apart(tmp_path, endless, "x.docx")


async def test_too_many_pages_are_refused(tmp_path):
    with pytest.raises(
        Rejected, match=r"3 pages; 2 .* Part it, or raise KNOWLEDGE_MAX_PAGES"
    ):
        await read_apart(tmp_path, b"a\fb\fc", "x.txt", ReaderLimits(2, 2**30, 30))


async def test_a_document_that_eats_memory_ends_its_own_process_alone(tmp_path):
    greedy = ReaderLimits(20, 96 * 2**20, 30)

    with pytest.raises(Rejected, match=r"memory|crashed"):
        await read_apart(tmp_path, b"a b c d\n" * 12_000_000, "big.txt", greedy)


async def test_a_page_that_its_parser_has_no_memory_for_says_so(tmp_path):
    """lxml calls it an *unknown error* of the page."""
    greedy = ReaderLimits(20, 256 * 2**20, 30)

    with pytest.raises(Rejected, match="KNOWLEDGE_READER_MEMORY_BYTES"):
        await read_apart(
            tmp_path, b"<!doctype html>" + b"<p>mot" * 4_000_000, "x", greedy
        )


async def test_a_reading_that_takes_too_long_is_ended(tmp_path):
    slow = ReaderLimits(20, 2**30, 0.05)

    with pytest.raises(Rejected, match="took more than"):
        await read_apart(tmp_path, papers.pdf(MANUAL), "x.pdf", slow)
