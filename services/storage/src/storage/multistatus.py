"""
A multistatus document (RFC 4918 §13), parsed while it arrives and without trust.

No DTD is loaded, no entity is expanded, nothing is fetched; what was parsed is dropped at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeAlias, cast

from lxml import etree

from contracts.errors import Unavailable
from storage.paths import unquoted_parts

MAX_BYTES = 64 * 1024 * 1024
_DAV = "{DAV:}"
_OC = "{http://owncloud.org/ns}"
Element: TypeAlias = etree._Element  # noqa: SLF001  # lxml has no public name for it
_EPOCH = datetime.fromtimestamp(0, UTC)

PROPERTIES = (
    b'<?xml version="1.0"?><d:propfind xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns"><d:prop>'
    b"<d:resourcetype/><d:getlastmodified/><d:getetag/><d:getcontentlength/><oc:fileid/><oc:size/>"
    b"</d:prop></d:propfind>"
)
"""Asks for what a `Resource` holds; ``contained-folder-count`` alone would make 5,000 folders cost 2 s."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One file or collection. ``parts`` are the names of its href's path, decoded and in NFC."""

    parts: tuple[str, ...]
    is_folder: bool
    modified_at: datetime
    etag: str
    size_bytes: int
    file_id: str

    @property
    def name(self) -> str:
        return self.parts[-1]


class MultistatusParser:
    """
    Takes the document piece by piece.

    Raises:
        Unavailable: It is no multistatus, breaks off, or is longer than ``MAX_BYTES``.
    """

    def __init__(self) -> None:
        self._xml = etree.XMLPullParser(
            events=("end",),
            tag=(f"{_DAV}response", f"{_DAV}multistatus"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        self._size_bytes = 0
        self._ended = False

    def feed(self, piece: bytes) -> Iterator[Resource]:
        """Give the resources that *piece* completes."""
        self._size_bytes += len(piece)
        if self._size_bytes > MAX_BYTES:
            raise _broken("is longer than 64 MB")
        try:
            self._xml.feed(piece)
            yield from self._completed()
        except etree.XMLSyntaxError as error:
            raise _broken("is not well-formed") from error

    def close(self) -> None:
        """Require that the document was complete."""
        if not self._ended:
            raise _broken("breaks off")

    def _completed(self) -> Iterator[Resource]:
        events = cast("Iterator[tuple[str, Element]]", self._xml.read_events())
        for _event, element in events:
            if element.tag == f"{_DAV}multistatus":
                self._ended = True
                continue
            resource = _resource(element)
            element.clear()
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]
            if resource is not None:
                yield resource


def _resource(response: Element) -> Resource | None:
    parts = unquoted_parts(response.findtext(f"{_DAV}href") or "")
    found = _properties(response)
    if not parts or found is None:
        return None
    size = found.findtext(f"{_OC}size") or found.findtext(f"{_DAV}getcontentlength")
    return Resource(
        parts=parts,
        is_folder=found.find(f"{_DAV}resourcetype/{_DAV}collection") is not None,
        modified_at=_date(found.findtext(f"{_DAV}getlastmodified") or ""),
        etag=(found.findtext(f"{_DAV}getetag") or "").strip('"'),
        size_bytes=int(size) if size and size.isdecimal() else 0,
        file_id=found.findtext(f"{_OC}fileid") or "",
    )


def _properties(response: Element) -> Element | None:
    for propstat in response.iterfind(f"{_DAV}propstat"):
        if " 200 " in f"{propstat.findtext(f'{_DAV}status')} ":
            return propstat.find(f"{_DAV}prop")
    return None


def _date(text: str) -> datetime:
    try:
        return parsedate_to_datetime(text).astimezone(UTC)
    except ValueError:
        return _EPOCH


def _broken(how: str) -> Unavailable:
    return Unavailable(
        f"Nextcloud's listing {how}; if a repeat does not help, look at what stands between.",
        code="nextcloud_bad_xml",
    )
