"""Any multistatus document, in whatever order and pieces, is read as member by member."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.errors import Unavailable
from storage.multistatus import Cutter
from storage.paths import decoded, depth_of
from storage.resources import Resource
from storage.responses import Document, resources

Shown: TypeAlias = tuple[str, int, bool, str, str, str, str]

DAV, OC = "{DAV:}", "{http://owncloud.org/ns}"
WANTED = ("getlastmodified", "getetag", "size", "fileid", "getcontentlength")
PREFIXED = {
    "getlastmodified": "d:getlastmodified",
    "getetag": "d:getetag",
    "getcontentlength": "d:getcontentlength",
    "size": "oc:size",
    "fileid": "oc:fileid",
}
DATES = ("Mon, 23 Nov 2026 07:27:22 GMT", "Fri, 01 Jan 2010 00:00:00 GMT", "soon", "")
NOISE = ("", "\n  ", "<!-- a <d:response> that is none -->", "<?php echo 1 ?>")
END = "</d:response>"
TRICKS = (f"<!-- {END} -->", f"<?php {END} ?>", f"<oc:a b='{END}'/>", END, "\t")
"""Where a cut would be wrong, and what no document has."""
HEAD = '<?xml version="1.0"?><d:multistatus xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns">'
FOLDER = "<d:resourcetype><d:collection/></d:resourcetype>"
DAMAGE = (
    *TRICKS,
    *("", "x", "\0", "\r", "é", "&amp;", "&lt;", "&#9;", "&x;", "]]>", "<a/>", " "),
    *("<!--", "-->", "<![CDATA[", "<?php ", "?>", "<d:x>", "</d:x>", "<d:response/>"),
    *('xmlns:d="x"', " xmlns:oc='x'", FOLDER, "<d:href>/b</d:href>", "<oc:size/>"),
)
STATUSES = ("HTTP/1.1 200 OK", "HTTP/1.1 200", "HTTP/1.1 404 Not Found")


@dataclass(frozen=True)
class Propstat:
    """Its status, whether that stands first, whether it is a folder's, and the properties in their order."""

    status: str
    is_status_first: bool
    is_folder: bool
    values: tuple[tuple[str, str], ...]


def texts() -> st.SearchStrategy[str]:
    return st.text('aé&<>]"1 ', max_size=5)


def propstats() -> st.SearchStrategy[Propstat]:
    values = st.tuples(
        st.sampled_from(WANTED),
        st.one_of(texts(), st.sampled_from(DATES), st.integers(0, 99).map(str)),
    )
    chosen = st.lists(values, max_size=6, unique_by=lambda one: one[0]).map(tuple)
    complete = st.tuples(texts(), st.integers(1, 99)).map(
        lambda pair: (
            ("getlastmodified", DATES[0]),
            ("getetag", f'"{pair[0]}x"'),
            ("size", str(pair[1])),
            ("fileid", str(pair[1])),
        )
    )
    return st.builds(
        Propstat,
        st.sampled_from(STATUSES),
        st.booleans(),
        st.booleans(),
        st.one_of(complete, complete, chosen),
    )


@st.composite
def documents(draw: st.DrawFn, tricks: Sequence[str] = ()) -> str:
    """A whole document; members of one name are left out, as no folder has them."""
    noise = st.sampled_from((*NOISE, *tricks))
    written = st.sampled_from((_escaped, _in_cdata, _commented, _referenced))

    def element(name: str, text: str) -> str:
        if not text and draw(st.booleans()):
            return f"<{name}/>"
        return f"<{name}>{draw(written)(text)}</{name}>"

    def propstat(one: Propstat) -> str:
        kind = "<d:collection/>" if one.is_folder else ""
        inner = [element(PREFIXED[name], text) for name, text in one.values]
        inner.append(f"<d:resourcetype>{draw(noise)}{kind}</d:resourcetype>")
        inner.append("<oc:unasked><d:getetag>no</d:getetag></oc:unasked>")
        parts = [
            f"<d:prop>{draw(noise).join(draw(st.permutations(inner)))}</d:prop>",
            element("d:status", one.status),
        ]
        if one.is_status_first:
            parts.reverse()
        return f"<d:propstat>{draw(noise).join(parts)}</d:propstat>"

    def response(number: int) -> str:
        href = element("d:href", f"/remote.php/dav/files/u/{number}%20é&")
        groups = draw(st.lists(propstats(), max_size=2, unique_by=lambda p: p.status))
        parts = [href, *(propstat(one) for one in groups)]
        if not groups:
            parts.append(element("d:status", "HTTP/1.1 403 Forbidden"))
        if draw(st.booleans()):
            parts.append("<d:responsedescription>said</d:responsedescription>")
        return (
            f"<d:response>{draw(noise).join(draw(st.permutations(parts)))}</d:response>"
        )

    beside = st.sampled_from(
        ("", "", "<d:sync-token>1</d:sync-token>", "<d:response/>")
    )
    count = draw(st.integers(0, 5))
    inner = "".join(
        response(number) + draw(noise) + draw(beside) for number in range(count)
    )
    return f"{HEAD}{draw(beside)}{inner}</d:multistatus>"


def _escaped(text: str) -> str:
    return escape(text)


def _in_cdata(text: str) -> str:
    return f"<![CDATA[{text}]]>" if "]]>" not in text else escape(text)


def _commented(text: str) -> str:
    """A comment in the middle of a text is no end of it."""
    half = len(text) // 2
    return f"{escape(text[:half])}<!-- x -->{escape(text[half:])}"


def _referenced(text: str) -> str:
    return "".join(f"&#{ord(char)};" for char in text)


def said(element: ET.Element, path: str) -> str:
    found = element.find(path)
    return "" if found is None else "".join(found.itertext())


def shown(one: Resource) -> Shown:
    size = one.size or one.length or ""
    return (
        one.name,
        one.depth,
        one.is_folder,
        one.modified,
        one.etag,
        size,
        one.file_id,
    )


def plain(document: str) -> Iterator[Shown]:
    """Read it member by member, as slowly as it is written down in RFC 4918 §14."""
    for response in ET.fromstring(document).iterfind(f"{DAV}response"):
        above, _, name = said(response, f"{DAV}href").rstrip("/").rpartition("/")
        found = [
            propstat.find(f"{DAV}prop")
            for propstat in response.iterfind(f"{DAV}propstat")
            if " 200 " in said(propstat, f"{DAV}status") + " "
        ]
        if not name or not found or found[0] is None:
            continue
        prop = found[0]
        size = said(prop, f"{OC}size")
        yield (
            decoded([name])[0],
            depth_of(above) + 1,
            prop.find(f"{DAV}resourcetype/{DAV}collection") is not None,
            said(prop, f"{DAV}getlastmodified"),
            said(prop, f"{DAV}getetag").strip('"'),
            size or said(prop, f"{DAV}getcontentlength"),
            said(prop, f"{OC}fileid"),
        )


def cut(document: str, at: Sequence[int], cutter: Cutter) -> list[Document]:
    """Give the documents that come of it where it arrives cut *at* these bytes."""
    raw = document.encode()
    ends = sorted(min(one, len(raw)) for one in at)
    pieces = [
        raw[start:end] for start, end in zip([0, *ends], [*ends, len(raw)], strict=True)
    ]
    return [one for piece in pieces for one in cutter.feed(piece)] + cutter.close()


def cutters() -> st.SearchStrategy[Cutter]:
    return st.builds(
        Cutter,
        read_bytes=st.sampled_from((300, 1000, 100_000)),
        document_bytes=st.sampled_from((1, 300, 1000, 100_000)),
    )


CUTS = st.lists(st.integers(0, 4000), max_size=20)


@settings(max_examples=20)
@given(documents(), cutters())
def test_any_document_is_read_byte_by_byte(document: str, cutter: Cutter):
    found = resources(cut(document, range(len(document.encode())), cutter))

    assert list(map(shown, found)) == list(plain(document)), document


@settings(max_examples=100)
@given(documents(TRICKS), CUTS, cutters())
def test_end_tag_that_is_none_is_passed_over_or_the_document_refused(
    document: str, at: list[int], cutter: Cutter
):
    try:
        found = resources(cut(document, at, cutter))
    except Unavailable:
        return

    assert list(map(shown, found)) == list(plain(document)), document


@st.composite
def plain_documents(draw: st.DrawFn) -> str:
    """A document as Nextcloud writes it."""

    def text() -> str:
        return escape(draw(texts()))

    def maybe(name: str) -> str:
        return f"<{name}>{text()}</{name}>" if draw(st.booleans()) else ""

    responses = [
        f"<d:response><d:href>/u/{text()}</d:href><d:propstat><d:prop>"
        + draw(st.sampled_from(("<d:resourcetype/>", FOLDER)))
        + f"<d:getlastmodified>{text()}</d:getlastmodified>"
        + f"<d:getetag>&quot;{text()}&quot;</d:getetag>"
        + "".join(map(maybe, ("d:getcontentlength", "oc:fileid", "oc:size")))
        + "</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>"
        for _ in range(draw(st.integers(0, 4)))
    ]
    return f"{HEAD}{''.join(responses)}</d:multistatus>\n"


@settings(max_examples=200)
@given(documents() | plain_documents(), CUTS, cutters())
def test_any_document_is_read_as_member_by_member(
    document: str, at: list[int], cutter: Cutter
):
    found = resources(cut(document, at, cutter))

    assert list(map(shown, found)) == list(plain(document)), document


@settings(max_examples=300)
@given(plain_documents(), st.data(), cutters())
def test_damage_to_a_plain_document_is_seen(
    document: str, data: st.DataObject, cutter: Cutter
):
    """What reads the plain form must not pass over what XML reads otherwise."""
    damage = st.tuples(
        st.integers(0, len(document)), st.integers(0, 30), st.sampled_from(DAMAGE)
    )
    for start, length, noise in data.draw(st.lists(damage, min_size=1, max_size=2)):
        document = document[:start] + noise + document[start + length :]

    try:
        found = resources(cut(document, [], cutter))
    except Unavailable:
        return

    assert list(map(shown, found)) == list(plain(document)), document
