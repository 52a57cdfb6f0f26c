"""Multistatus documents from a hostile or broken server: refused or survived, never obeyed."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator, Iterator

import httpx
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import Unavailable
from storage.multistatus import MAX_BYTES, Cutter, read
from storage.resources import PROPERTIES, Resource
from storage.responses import plain_fields, resources
from tests.peers.nextcloud import NextcloudPeer

HEAD = b'<?xml version="1.0"?><d:multistatus xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns">'
TAIL = b"</d:multistatus>"
FAILED = b"<d:propstat><d:prop><oc:fileid>1</oc:fileid></d:prop><d:status>HTTP/1.1 404 No</d:status></d:propstat>"


def response(name: str, *, etag: str = "e", kind: str = "") -> bytes:
    """One as Nextcloud writes it."""
    return (
        f"<d:response><d:href>/remote.php/dav/files/u/{name}</d:href><d:propstat><d:prop>"
        f"{f'<d:resourcetype>{kind}</d:resourcetype>' if kind else '<d:resourcetype/>'}"
        "<d:getlastmodified>Mon, 23 Nov 2026 07:27:22 GMT</d:getlastmodified>"
        f"<d:getetag>&quot;{etag}&quot;</d:getetag>"
        "<d:getcontentlength>7</d:getcontentlength><oc:fileid>5999</oc:fileid>"
        "</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>"
    ).encode()


def parsed(document: bytes, piece_bytes: int = 65_536) -> list[Resource]:
    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(document), piece_bytes):
            yield document[start : start + piece_bytes]

    return asyncio.run(read(pieces()))


@pytest.mark.parametrize("piece_bytes", [1, 10, 65_536])
def test_document_is_read_however_it_is_cut(piece_bytes: int):
    document = (
        HEAD + response("a%c3%a9") + response("b/", kind="<d:collection/>") + TAIL
    )

    file, folder = parsed(document, piece_bytes)

    assert (file.name, file.is_folder, file.size_bytes, file.file_id) == (
        "aé",
        False,
        7,
        "5999",
    )
    assert (folder.name, folder.is_folder, folder.etag) == ("b", True, "e")


@pytest.mark.parametrize("piece_bytes", [1, 300, 65_536])
def test_what_one_resource_lacks_is_not_taken_from_another(piece_bytes: int):
    """Properties are read of many at a time; each has to stay with its own."""
    status = b"<d:status>HTTP/1.1 200 OK</d:status>"
    document = HEAD + b"".join(
        (
            response("a", etag="a"),
            response("b", etag="b").replace(b"<oc:fileid>5999</oc:fileid>", b""),
            response("c", etag="c").replace(status, status.replace(b"200", b"404")),
            response("d/", etag="d", kind="<d:collection/>"),
            b"<d:response><d:href>/e</d:href><d:status>HTTP/1.1 403 Forbidden</d:status></d:response>",
            response("f", etag="").replace(b"<d:propstat>", FAILED + b"<d:propstat>"),
            b"<d:sync-token>x</d:sync-token>",
            response("g", etag="g").replace(b"<d:href>", b"<d:href/><d:href>"),
            response("h", etag="h"),
        )
    )

    found = parsed(document + TAIL, piece_bytes)

    assert [(one.name, one.etag, one.file_id, one.is_folder) for one in found] == [
        ("a", "a", "5999", False),
        ("b", "b", "", False),
        ("d", "d", "5999", True),
        ("f", "", "5999", False),
        ("h", "h", "5999", False),
    ]


def test_prefixes_mean_what_the_root_says():
    other = HEAD.replace(b"http://owncloud.org/ns", b"http://example.org/ns")
    prefixed = (HEAD + response("a") + TAIL).replace(b"d:", b"x:").replace(b":d", b":x")
    default = prefixed.replace(b"x:", b"").replace(b":x", b"")

    assert [one.file_id for one in parsed(other + response("a") + TAIL)] == [""]
    assert [one.file_id for one in parsed(prefixed)] == ["5999"]
    assert [one.file_id for one in parsed(default)] == ["5999"]


async def test_what_nextcloud_lists_is_of_the_plain_form(
    peer: NextcloudPeer, nextcloud_url: str
):
    """Else it would be read all the same, but four times as slowly."""
    peer.make_folder("d/20260325_Müller & Söhne")
    peer.write("d/a é.txt", b"x")
    url = f"{nextcloud_url}/remote.php/dav/files/jean.keller/d"
    headers = {"Depth": "1", "Prefer": "return=minimal"}
    async with httpx.AsyncClient(auth=("jean.keller", "app-password")) as http:
        answer = await http.request(
            "PROPFIND", url, headers=headers, content=PROPERTIES
        )
    cutter = Cutter()
    cutter.feed(answer.content)

    [document] = cutter.close()

    assert plain_fields(document)[::7] == [
        "/remote.php/dav/files/jean.keller/d/",
        "/remote.php/dav/files/jean.keller/d/20260325_M%c3%bcller%20%26%20S%c3%b6hne/",
        "/remote.php/dav/files/jean.keller/d/a%20%c3%a9.txt",
    ]


def test_empty_cdata_is_no_size():
    size = b"<oc:size><![CDATA[]]></oc:size><d:getcontentlength>"
    document = HEAD + response("a").replace(b"<d:getcontentlength>", size) + TAIL

    assert [one.size_bytes for one in parsed(document)] == [7]


def test_times_sort_as_they_are():
    times = (
        "Fri, 01 Jan 2010 00:00:00 GMT",
        "Sat, 02 Jan 2010 00:00:00 GMT",
        "Wed, 30 Sep 2026 07:27:22 GMT",
        "Thu, 01 Oct 2026 07:27:22 GMT",
        "Thu, 01 Oct 2026 07:27:23 GMT",
    )
    found = [Resource("a", "/", None, time, "", None, None, None) for time in times]

    assert sorted(found, key=lambda one: one.modified_at) == found
    assert sorted(found, key=lambda one: one.modified_order) == found


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"no xml at all",
        b"<!DOCTYPE html><html><body>Maintenance</body></html>",
        HEAD + response("a"),
        (HEAD + response("a") + TAIL)[:-1],
        HEAD + b"<d:response>" + TAIL,
        HEAD + b"\xff\xfe" + TAIL,
        b"<d:response xmlns:d='DAV:'><d:href>/a</d:href></d:response>",
        b"<a>" * 100_000,
        HEAD.replace(b"DAV:", b"dav:") + response("a") + TAIL,
        HEAD + response("a") + TAIL + response("b") + TAIL,
        HEAD + response("&x;") + TAIL,
        HEAD + response("a", etag="1\t2") + TAIL,
        HEAD + response("x" * 2_000_000) + TAIL,
        (HEAD + response("a") + TAIL).decode().encode("utf-16"),
        HEAD.replace(b"?>", b" encoding='latin1'?>") + response("\xe9") + TAIL,
    ],
)
def test_what_is_no_multistatus_is_refused(document: bytes):
    with pytest.raises(Unavailable) as refused:
        parsed(document)

    assert refused.value.code == "nextcloud_bad_xml"


def laughs() -> bytes:
    entities = b'<!ENTITY l0 "lol">' + b"".join(
        b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 11)
    )
    return b"<!DOCTYPE d:multistatus [" + entities + b"]>"


@pytest.mark.parametrize(
    ("doctype", "entity"),
    [
        (laughs(), b"&l10;"),
        (b'<!DOCTYPE d:multistatus [<!ENTITY x SYSTEM "file:///etc/passwd">]>', b"&x;"),
        (b'<!DOCTYPE d:multistatus SYSTEM "http://127.0.0.1:9/x.dtd">', b""),
        (
            b'<!DOCTYPE d:multistatus [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
            b"",
        ),
    ],
)
def test_document_with_a_dtd_is_refused(doctype: bytes, entity: bytes):
    hostile = HEAD.replace(b"?>", b"?>" + doctype, 1) + response("a").replace(
        b"<d:getetag>", b"<d:getetag>" + entity
    )

    tracemalloc.start()
    with pytest.raises(Unavailable) as refused:
        parsed(hostile + TAIL)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert refused.value.code == "nextcloud_bad_xml"
    assert peak_bytes < 10_000_000


def endless(size_bytes: int, between: bytes = b"") -> Iterator[bytes]:
    yield HEAD
    block = (response("x" * 100) + between) * 200
    for _ in range(size_bytes // len(block)):
        yield block


@pytest.mark.parametrize("between", [b"", b"\n"], ids=["plain", "as XML"])
def test_fifty_megabytes_are_survived_and_more_than_the_limit_refused(between: bytes):
    cutter = Cutter()
    process = psutil.Process()
    before_bytes = process.memory_info().rss

    count = sum(
        len(resources(cutter.feed(piece))) for piece in endless(50_000_000, between)
    )

    assert count > 100_000
    assert process.memory_info().rss - before_bytes < 16_000_000
    with pytest.raises(Unavailable):
        for piece in endless(MAX_BYTES - 50_000_000 + 1_000_000):
            cutter.feed(piece)


@given(st.binary(max_size=200), st.integers(0, 400))
def test_damaged_document_is_refused_or_read_but_never_breaks(noise: bytes, at: int):
    document = HEAD + response("a") + TAIL
    damaged = document[:at] + noise + document[at + len(noise) :]

    try:
        found = parsed(damaged)
    except Unavailable:
        return

    assert all(isinstance(one, Resource) for one in found)


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_nonsense_in_properties_is_not_believed(size: str, date: str, status: str):
    text = [
        part.encode("ascii", "xmlcharrefreplace")
        .decode()
        .replace("<", "")
        .replace("&", "")
        for part in (size, date, status)
    ]
    document = (
        HEAD.decode()
        + "<d:response><d:href>/a/b</d:href><d:propstat><d:prop>"
        + f"<d:getcontentlength>{text[0]}</d:getcontentlength>"
        + f"<d:getlastmodified>{text[1]}</d:getlastmodified></d:prop>"
        + f"<d:status>HTTP/1.1 200 {text[2]}</d:status></d:propstat></d:response>"
        + TAIL.decode()
    )

    try:
        found = parsed(document.encode())
    except Unavailable:
        return

    assert all(one.size_bytes >= 0 and one.modified_at.tzinfo for one in found)


@pytest.mark.parametrize("name", ["%2e%2e", "..", ".", "%2Fetc", "a%2Fb", "a%00b"])
def test_what_is_no_name_is_no_member(name: str):
    """Joined to its folder it would lead out of it; no file system holds such a name."""
    document = HEAD + response("a") + response(name) + response("..b") + TAIL

    assert [one.name for one in parsed(document)] == ["a", "..b"]
