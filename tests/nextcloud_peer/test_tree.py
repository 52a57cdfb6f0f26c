"""What a caller may conclude from etags, sizes, ids and names."""

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.nextcloud_peer.conftest import FILES
from tests.peers.nextcloud import NextcloudPeer
from tests.peers.nextcloud.node import quoted
from tests.peers.nextcloud.wire import decoded

DAV, OC = "{DAV:}", "{http://owncloud.org/ns}"


async def test_a_write_changes_the_etag_and_size_of_every_folder_above(
    peer: NextcloudPeer, http: httpx.AsyncClient
) -> None:
    for path in ("a", "a/b", "other"):
        peer.make_folder(path)
    before = {path: await facts(http, path) for path in ("", "a", "a/b", "other")}

    await http.put(f"{FILES}/a/b/x.jpg", content=b"12345")

    after = {path: await facts(http, path) for path in before}
    grown = {path: after[path][1] - before[path][1] for path in before}
    changed = {path for path in before if before[path][0] != after[path][0]}
    assert grown == {"": 5, "a": 5, "a/b": 5, "other": 0}
    assert changed == {"", "a", "a/b"}


async def facts(http: httpx.AsyncClient, path: str) -> tuple[str, int]:
    """Etag and size of a folder."""
    body = (
        '<d:propfind xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns"><d:prop>'
        "<d:getetag/><oc:size/></d:prop></d:propfind>"
    )
    answer = await http.request(
        "PROPFIND", f"{FILES}/{path}", content=body, headers={"Depth": "0"}
    )
    found = etree.fromstring(answer.content)
    size = found.findtext(f".//{OC}size")
    return str(found.findtext(f".//{DAV}getetag")), int(size or 0)


async def test_a_moved_file_keeps_its_id_and_etag(
    peer: NextcloudPeer, http: httpx.AsyncClient
) -> None:
    peer.make_folder("b")
    put = await http.put(f"{FILES}/a.txt", content=b"x")

    moved = await http.request(
        "MOVE", f"{FILES}/a.txt", headers={"Destination": f"{FILES}/b/c.txt"}
    )

    for name in ("oc-fileid", "etag"):
        assert moved.headers[name] == put.headers[name]
    assert peer.tree() == {"b/c.txt": b"x"}


@pytest.mark.parametrize(
    ("source", "destination", "status"),
    [("a", "a/b/a", 409), ("a/b", "a", 409), ("a/b", "a/b", 403)],
)
async def test_a_folder_cannot_be_moved_into_itself_or_over_its_parent(
    peer: NextcloudPeer,
    http: httpx.AsyncClient,
    source: str,
    destination: str,
    status: int,
) -> None:
    peer.write("a/b/c.txt", b"x")

    moved = await http.request(
        "MOVE",
        f"{FILES}/{source}",
        headers={"Destination": f"{FILES}/{destination}"},
    )

    assert moved.status_code == status
    assert peer.tree() == {"a/b/c.txt": b"x"}


async def test_a_body_beyond_the_limit_is_refused_with_or_without_its_length(
    peer: NextcloudPeer, http: httpx.AsyncClient
) -> None:
    peer.body_limit_bytes = 10

    async def streamed():
        for _ in range(3):
            yield b"12345"

    announced = await http.put(f"{FILES}/a", content=b"12345" * 3)
    unannounced = await http.put(f"{FILES}/b", content=streamed())

    assert (announced.status_code, unannounced.status_code) == (413, 413)
    assert peer.tree() == {}


async def test_a_deleted_file_lies_in_the_trash(
    peer: NextcloudPeer, http: httpx.AsyncClient
) -> None:
    peer.write("a.txt", b"x")

    await http.delete(f"{FILES}/a.txt")

    [name] = peer.trash()
    assert name.startswith("a.txt.d")


async def test_without_a_trash_bin_a_deleted_folder_is_gone(
    peer: NextcloudPeer, http: httpx.AsyncClient
) -> None:
    peer.write("a/b.txt", b"x")
    peer.files.has_trash = False
    ocs = {"OCS-APIRequest": "true"}

    said = await http.get("/ocs/v2.php/cloud/capabilities?format=json", headers=ocs)
    await http.delete(f"{FILES}/a")

    capabilities = said.json()["ocs"]["data"]["capabilities"]
    assert "undelete" not in capabilities["files"]
    assert (peer.tree(), peer.trash()) == ({}, [])


async def test_a_file_is_stored_although_its_time_is_refused(
    peer: NextcloudPeer, http: httpx.AsyncClient
) -> None:
    answer = await http.put(f"{FILES}/a.txt", content=b"x", headers={"X-OC-MTime": "0"})

    assert answer.status_code == 500
    assert peer.tree() == {"a.txt": b"x"}


NAMES = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="/\\"),
    min_size=1,
    max_size=50,
)


@given(name=NAMES)
def test_a_quoted_name_is_read_back_as_it_was(name: str) -> None:
    href = quoted(name)

    assert decoded(href.encode()) == name
    assert href.isascii()


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(offset=st.integers(0, 30), length=st.integers(1, 30))
async def test_a_range_is_cut_where_it_says(
    peer: NextcloudPeer, offset: int, length: int
) -> None:
    content = bytes(range(20))
    peer.write("a.bin", content)
    wanted = {"Range": f"bytes={offset}-{offset + length - 1}"}

    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(peer.app), auth=(peer.user, "app-password")
    ) as http:
        answer = await http.get(f"http://nc{FILES}/a.bin", headers=wanted)

    if offset >= len(content):
        assert answer.status_code == 416
    else:
        assert answer.status_code == 206
        assert answer.content == content[offset : offset + length]


async def test_delete_keeps_what_was_changed_since(
    peer: NextcloudPeer, http: httpx.AsyncClient
) -> None:
    """Sabre checks a request's conditions for each method (sabre/dav: ``Server::invokeMethod``)."""
    put = await http.put(f"{FILES}/a.txt", content=b"x")

    stale = await http.delete(f"{FILES}/a.txt", headers={"If-Match": '"other"'})
    there = peer.tree()
    current = await http.delete(
        f"{FILES}/a.txt", headers={"If-Match": put.headers["etag"]}
    )

    assert (stale.status_code, current.status_code) == (412, 204)
    assert (there, peer.tree()) == ({"a.txt": b"x"}, {})
