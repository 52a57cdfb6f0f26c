"""
A multistatus document (RFC 4918 §13), parsed while it arrives and without trust.

No DTD is loaded, no entity is expanded, nothing is fetched; what was parsed is dropped at once.
"""

from collections.abc import Iterator
from typing import cast

from lxml import etree

from contracts.errors import Unavailable
from storage.resources import Element, Resource, resources

MAX_BYTES = 64 * 1024 * 1024
_STEP_BYTES = 256 * 1024
"""As much is parsed before what it completed is read and dropped."""
_MULTISTATUS = "{DAV:}multistatus"


class MultistatusParser:
    """
    Takes the document piece by piece.

    Raises:
        Unavailable: It is no multistatus, breaks off, or is longer than ``MAX_BYTES``.
    """

    def __init__(self) -> None:
        self._xml = etree.XMLPullParser(
            # To get hold of the root: each kind of event costs a third of the parsing, also where no tag fits.
            events=("start",),
            tag=_MULTISTATUS,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        self._size_bytes = 0
        self._root: Element | None = None

    def feed(self, piece: bytes) -> list[Resource]:
        """Give the resources that are known to be complete with *piece*."""
        self._size_bytes += len(piece)
        if self._size_bytes > MAX_BYTES:
            raise _broken("is longer than 64 MB")
        completed: list[Resource] = []
        try:
            for start in range(0, len(piece), _STEP_BYTES):
                self._xml.feed(piece[start : start + _STEP_BYTES])
                completed += self._completed()
        except etree.XMLSyntaxError as error:
            raise _broken("is not well-formed") from error
        return completed

    def close(self) -> list[Resource]:
        """Require that the document was complete, and give what is left of it."""
        try:
            root = self._xml.close()
        except etree.XMLSyntaxError as error:
            raise _broken("breaks off") from error
        if root.tag != _MULTISTATUS:
            raise _broken("is none")
        return resources(root, etree.SubElement(root, "end"))

    def _completed(self) -> list[Resource]:
        if self._root is None:
            events = cast("Iterator[tuple[str, Element]]", self._xml.read_events())
            _, self._root = next(events, (None, None))
        if self._root is None:
            return []
        # The last element may still grow; an entity beside it is none.
        elements = self._root.iterchildren("*", reversed=True)
        last, before = next(elements, None), next(elements, None)
        if last is None or before is None:
            return []
        completed = resources(self._root, last)
        del self._root[: self._root.index(last)]
        return completed


def _broken(how: str) -> Unavailable:
    return Unavailable(
        f"Nextcloud's listing {how}; if a repeat does not help, look at what stands between.",
        code="nextcloud_bad_xml",
    )
