"""Range and If-Range, the latter as measured on 31.0.6: a file of ten bytes, of which some are asked for."""

import httpx
import pytest

from tests.nextcloud_peer.conftest import FILES
from tests.peers.nextcloud import NextcloudPeer

ETAG, TIME = "{etag}", "{time}"
BEFORE, AFTER = "Thu, 01 Jan 2026 00:00:00 GMT", "Thu, 01 Jan 2037 00:00:00 GMT"


@pytest.mark.parametrize(
    ("if_range", "asked", "answered"),
    [
        (f'"{ETAG}"', "bytes=4-6", (206, b"456")),
        (f'"{ETAG}"', "bytes=-3", (206, b"789")),
        (f'"{ETAG}"', "bytes=100-200", (416, None)),
        ('"other"', "bytes=4-6", (200, b"0123456789")),
        ('"other"', "bytes=-3", (200, b"0123456789")),
        ('"other"', "bytes=100-200", (200, b"0123456789")),
        (f'W/"{ETAG}"', "bytes=4-6", (200, b"0123456789")),
        (ETAG, "bytes=4-6", (200, b"0123456789")),
        ("*", "bytes=4-6", (200, b"0123456789")),
        ("nonsense", "bytes=4-6", (200, b"0123456789")),
        (TIME, "bytes=4-6", (206, b"456")),
        (AFTER, "bytes=4-6", (206, b"456")),
        (BEFORE, "bytes=4-6", (200, b"0123456789")),
    ],
)
async def test_range_stands_while_the_file_is_unchanged(
    peer: NextcloudPeer,
    http: httpx.AsyncClient,
    if_range: str,
    asked: str,
    answered: tuple[int, bytes | None],
) -> None:
    peer.write("ten", b"0123456789")
    whole = await http.get(f"{FILES}/ten")
    etag, time = whole.headers["etag"].strip('"'), whole.headers["last-modified"]

    answer = await http.get(
        f"{FILES}/ten",
        headers={"Range": asked, "If-Range": if_range.format(etag=etag, time=time)},
    )

    read = answer.content if answer.is_success else None
    assert (answer.status_code, read) == answered
    assert ("content-range" in answer.headers) == (answer.status_code == 206)


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("bytes=4-6", (206, b"456")),
        ("BYTES=4-6", (206, b"456")),
        ("lines=1-2", (200, b"0123456789")),
        ("lines=1", (200, b"0123456789")),
        ("bytes=1-2,4-6", (200, b"0123456789")),
        ("bytes=-", (200, b"0123456789")),
    ],
)
async def test_range_that_is_none_gives_the_whole(
    peer: NextcloudPeer,
    http: httpx.AsyncClient,
    asked: str,
    answered: tuple[int, bytes],
) -> None:
    """Source: sabre/dav lib/DAV/Server.php, getHTTPRange."""
    peer.write("ten", b"0123456789")

    answer = await http.get(f"{FILES}/ten", headers={"Range": asked})

    assert (answer.status_code, answer.content) == answered
    assert ("content-range" in answer.headers) == (answer.status_code == 206)
