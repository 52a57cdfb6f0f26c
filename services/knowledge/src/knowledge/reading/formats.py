"""Which format a file is: by its content first, then by what its sender says of it."""

import re
import zipfile
import zlib
from enum import StrEnum
from mmap import ACCESS_READ, mmap
from pathlib import Path

from knowledge.reading.blocks import Unreadable
from knowledge.reading.encodings import decode, utf_16
from knowledge.reading.refusals import LOCKED, damaged


class Format(StrEnum):
    PDF = "application/pdf"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    ODT = "application/vnd.oasis.opendocument.text"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ODS = "application/vnd.oasis.opendocument.spreadsheet"
    XLS = "application/vnd.ms-excel"
    HTML = "text/html"
    MARKDOWN = "text/markdown"
    CSV = "text/csv"
    TEXT = "text/plain"
    PNG = "image/png"
    JPEG = "image/jpeg"
    TIFF = "image/tiff"
    WEBP = "image/webp"
    GIF = "image/gif"
    HEIC = "image/heic"


PICTURES = frozenset(kind for kind in Format if kind.startswith("image/"))

_SIGNATURES = (
    (b"%PDF-", Format.PDF),
    (b"\x89PNG\r\n", Format.PNG),
    (b"\xff\xd8\xff", Format.JPEG),
    (b"II*\x00", Format.TIFF),
    (b"MM\x00*", Format.TIFF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Format.XLS),
    (b"GIF87a", Format.GIF),
    (b"GIF89a", Format.GIF),
)
_HEIC_BRANDS = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
)
"""ISO/IEC 23008-12, annex B: the brand stands in the first box of the file."""
_EXTENSIONS = {
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
    ".txt": Format.TEXT,
    ".text": Format.TEXT,
    ".log": Format.TEXT,
}
_TEXTS = frozenset({Format.HTML, Format.MARKDOWN, Format.CSV, Format.TEXT})
NOT_UNPACKED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
)
"""What `zipfile` raises of archives that are damaged."""
_RULE = re.compile(r"^ {0,3}\|(?:[ \t]*:?-+:?[ \t]*\|)+[ \t\r]*$", re.MULTILINE)
"""Below the head of a table in Markdown: no text means anything else by it."""
_MAIL = re.compile(rb"(?:[\w-]+:.*\n|[ \t].*\n)*?MIME-Version:", re.IGNORECASE)
_LOOKED_AT_BYTES = 1 << 16


def format_of(path: Path, *, name: str, media_type: str) -> Format:
    """
    Say the format of the file at *path*.

    Args:
        path: The content.
        name: As its sender calls it; its extension counts where the content does not say.
        media_type: As its sender calls it, with or without parameters.

    Raises:
        Unreadable: None that can be read.
    """
    with path.open("rb") as file:
        beginning = file.read(_LOOKED_AT_BYTES)
    head = beginning[:4096]
    if known := _by_signature(head) or _by_archive(path, head):
        if known is Format.XLS and _is_locked(path):
            raise Unreadable(LOCKED)
        return known
    if head.startswith(b"{\\rtf"):
        raise Unreadable("RTF is not read; save it as DOCX or PDF and send that.")
    if _MAIL.match(beginning):  # what carried it put pages above
        raise Unreadable(
            "An e-mail or a web archive (MHTML) is not read; send what is attached to it, or save the page as HTML or PDF."
        )
    if b"\x00" in head and not utf_16(head):
        raise Unreadable(
            "The format is not known; send PDF, DOCX, ODT, XLSX, XLS, ODS, HTML, Markdown, CSV, text, PNG, JPEG, HEIC, GIF, TIFF or WebP."
        )
    if _is_page(head):
        return Format.HTML
    if said := said_format(name, media_type):
        return said
    # Of one sent by ``curl -T``, say, nobody said the kind.
    return Format.MARKDOWN if _RULE.search(decode(beginning)) else Format.TEXT


def said_format(name: str, media_type: str) -> Format | None:
    """The kind of text that the sender says it is; None where neither *name* nor *media_type* says one."""
    said = media_type.partition(";")[0].strip().lower()
    if said in _TEXTS and said != Format.TEXT:
        return Format(said)
    by_name = _EXTENSIONS.get(Path(name).suffix.lower())
    return by_name or (Format.TEXT if said == Format.TEXT else None)


def _is_page(head: bytes) -> bool:
    start = decode(head).lstrip("\ufeff \t\r\n").lower()
    return start.startswith(("<!doctype html", "<html"))


def _by_signature(head: bytes) -> Format | None:
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Format.WEBP
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        return Format.HEIC
    if b"%PDF-" in head[:1024]:
        return Format.PDF
    return next((kind for mark, kind in _SIGNATURES if head.startswith(mark)), None)


def _is_locked(path: Path) -> bool:
    """Whether Office has locked a DOCX or XLSX, which then is a stream of an old container (MS-OFFCRYPTO, 2.3.4.4)."""
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as whole:
        return whole.find("EncryptedPackage".encode("utf-16-le")) >= 0


def _by_archive(path: Path, head: bytes) -> Format | None:
    if not head.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            kind = archive.open("mimetype").read(80) if "mimetype" in names else b""
    except NOT_UNPACKED as error:
        raise damaged("The DOCX, ODT, XLSX or ZIP", error) from error
    if "word/document.xml" in names:
        return Format.DOCX
    if "ppt/presentation.xml" in names or b"presentation" in kind:
        raise Unreadable("A presentation is not read; save it as PDF and send that.")
    if "content.xml" in names:
        return Format.ODS if kind.strip() == Format.ODS.encode() else Format.ODT
    if "xl/workbook.xml" in names:
        return Format.XLSX
    raise Unreadable(
        "The ZIP is no DOCX, ODT, XLSX or ODS; send the documents in it one by one, or save it as PDF."
    )
