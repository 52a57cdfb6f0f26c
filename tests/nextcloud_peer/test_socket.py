"""The peer on a socket: outages, restarts, cut connections."""

from pathlib import Path

import httpx
import pytest

from tests.nextcloud_peer.conftest import BOARDS, FILES, signed_in
from tests.peers.nextcloud import NextcloudPeer
from tests.ports import free_port


async def test_an_outage_ends_at_the_same_port(peer: NextcloudPeer) -> None:
    port = free_port()
    async with peer.serve(port=port) as url, signed_in(peer, url=url) as http:
        await http.put(f"{FILES}/a.txt", content=b"before")

    async with signed_in(peer, url=url) as http:
        with pytest.raises(httpx.ConnectError):
            await http.get(f"{FILES}/a.txt")
        async with peer.serve(port=port):
            answer = await http.get(f"{FILES}/a.txt")

    assert answer.content == b"before"


async def test_files_and_cards_survive_a_restart(tmp_path: Path) -> None:
    first = NextcloudPeer(tmp_path)
    async with signed_in(first, transport=httpx.ASGITransport(first.app)) as http:
        await http.request("MKCOL", f"{FILES}/Été")
        put = await http.put(f"{FILES}/Été/a.txt", content=b"kept")
        board = await http.post(BOARDS, json={"title": "ETM", "color": "0082c9"})
        stacks = f"{BOARDS}/{board.json()['id']}/stacks"
        stack = await http.post(stacks, json={"title": "SAV", "order": 1})
        await http.post(
            f"{stacks}/{stack.json()['id']}/cards", json={"title": "Müller"}
        )
    first.close()

    second = NextcloudPeer(tmp_path)
    async with signed_in(second, transport=httpx.ASGITransport(second.app)) as http:
        got = await http.get(f"{FILES}/Été/a.txt")
    [card] = second.cards()
    second.close()

    assert (got.content, got.headers["etag"]) == (b"kept", put.headers["etag"])
    assert (card["board"], card["stack"], card["title"]) == ("ETM", "SAV", "Müller")


async def test_folders_made_on_disk_are_taken_up(tmp_path: Path) -> None:
    (tmp_path / "files/Chantiers/20260325_Müller").mkdir(parents=True)
    peer = NextcloudPeer(tmp_path)

    assert peer.tree() == {"Chantiers/20260325_Müller/": b""}
    peer.close()


async def test_a_file_changed_on_disk_is_read_anew_at_the_start(tmp_path: Path) -> None:
    first = NextcloudPeer(tmp_path)
    first.write("a/b.txt", b"old")
    first.close()
    (tmp_path / "files/a/b.txt").write_bytes(b"longer")

    second = NextcloudPeer(tmp_path)

    assert second.make_folder("a").size == len(b"longer")
    second.close()


async def test_an_upload_that_breaks_off_leaves_no_file(peer: NextcloudPeer) -> None:
    async def broken():
        yield b"x" * 100_000
        raise ConnectionResetError

    async with peer.serve() as url, signed_in(peer, url=url) as http:
        with pytest.raises(ConnectionResetError):
            await http.put(
                f"{FILES}/a.bin", content=broken(), headers={"Content-Length": "200000"}
            )
        listing = await http.request("PROPFIND", f"{FILES}/")

    assert "a.bin" not in listing.text
    assert peer.tree() == {}


@pytest.mark.parametrize("when", ["before", "upload", "after"])
async def test_a_cut_is_seen_as_a_transport_error(peer: NextcloudPeer, when) -> None:
    """Over a socket and in process alike; only a cut *after* has written."""
    fault = peer.faults.cut(when, method="PUT", times=None)

    async with peer.serve() as url, signed_in(peer, url=url) as http:
        with pytest.raises(httpx.TransportError):
            await http.put(f"{FILES}/socket.bin", content=b"x" * 1000)
    in_process = httpx.ASGITransport(peer.app)
    async with signed_in(peer, transport=in_process) as http:
        with pytest.raises(httpx.TransportError):
            await http.put(f"{FILES}/process.bin", content=b"x" * 1000)

    assert fault.hits == 2
    written = {"socket.bin", "process.bin"} if when == "after" else set()
    assert set(peer.tree()) == written


async def test_a_download_can_break_off_in_the_middle(peer: NextcloudPeer) -> None:
    peer.write("a.bin", b"x" * 1_000_000)
    peer.faults.cut("download")

    async with peer.serve() as url, signed_in(peer, url=url) as http:
        with pytest.raises(httpx.RemoteProtocolError):
            await http.get(f"{FILES}/a.bin")
        again = await http.get(f"{FILES}/a.bin")

    assert len(again.content) == 1_000_000
