"""Office documents are ZIP files of XML, whose parts are read one by one."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError, fromstring

from knowledge.reading.blocks import Unreadable
from knowledge.reading.formats import NOT_UNPACKED
from knowledge.reading.refusals import LOCKED, damaged

MAX_XML_BYTES = 128 * 1024 * 1024
"""A manual of 1,000 pages is 10 MB of XML; more is a bomb."""


def part(path: Path, name: str) -> Element:
    """
    Read the part *name* of the file at *path*.

    Raises:
        Unreadable: It is damaged, locked, or too large.
    """
    try:
        with zipfile.ZipFile(path) as archive, archive.open(name) as file:
            xml = file.read(MAX_XML_BYTES + 1)
    except KeyError as error:
        raise damaged("The file", f"it has no {name}") from error
    except NOT_UNPACKED as error:
        raise damaged("The file", f"{name}: {error}") from error
    except RuntimeError as error:  # zipfile's own for an encrypted part
        raise Unreadable(LOCKED) from error
    if len(xml) > MAX_XML_BYTES:
        raise Unreadable(
            f"{name} unpacks to more than {MAX_XML_BYTES:,} bytes; part the document."
        )
    if b"<!DOCTYPE" in xml[:4096] or b"<!ENTITY" in xml:
        raise Unreadable(
            f"{name} declares entities, which no office program writes; save it anew with one."
        )
    try:
        return fromstring(xml)  # noqa: S314 - no entities, bounded, in a process of its own
    except ParseError as error:
        raise damaged("The file", f"{name}: {error}") from error


def part_if_any(path: Path, name: str) -> Element | None:
    try:
        return part(path, name)
    except Unreadable:
        return None


def own(element: Element, tag: str) -> Iterator[Element]:
    """The next elements of *tag* below *element*, not those within them."""
    for child in element:
        if child.tag == tag:
            yield child
        else:
            yield from own(child, tag)


def number(said: str) -> int:
    return int(said[:4]) if said.isdecimal() else 1


def said(text: str | None) -> str:
    """Text between two tags, where a line's end is a blank."""
    return (text or "").replace("\n", " ")
