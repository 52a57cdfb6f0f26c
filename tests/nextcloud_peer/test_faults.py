"""Faults: they strike what they name, as often as they say, in the words of the part that is asked."""

import asyncio
import hashlib
import time

import httpx
import pytest

from tests.nextcloud_peer.conftest import BOARDS, FILES
from tests.peers.nextcloud import NextcloudPeer

DECK_CARDS = f"{BOARDS}/1/stacks/1/cards"


async def test_a_fault_strikes_as_often_as_it_says(
    peer: NextcloudPeer, http: httpx.AsyncClient
) -> None:
    fault = peer.faults.fail(423, method="PUT", path=r"/b\.txt$", times=2)

    other = await http.put(f"{FILES}/a.txt", content=b"a")
    read = await http.get(f"{FILES}/b.txt")
    struck = [(await http.put(f"{FILES}/b.txt")).status_code for _ in range(3)]

    assert (other.status_code, read.status_code) == (201, 404)
    assert struck == [423, 423, 201]
    assert fault.hits == 2


async def test_a_fault_can_be_taken_back(
    peer: NextcloudPeer, http: httpx.AsyncClient
) -> None:
    fault = peer.faults.fail(502, times=None)
    before = await http.get("/status.php")
    peer.faults.remove(fault)
    after = await http.get("/status.php")

    assert (before.status_code, after.status_code) == (502, 200)


@pytest.mark.parametrize("written", [True, False])
async def test_a_500_may_have_written(
    peer: NextcloudPeer, http: httpx.AsyncClient, written: bool
) -> None:
    await http.get(BOARDS)
    peer.faults.fail(500, method="POST", path="/cards$", written=written)

    refused = await http.post(DECK_CARDS, json={"title": "Müller"})

    assert refused.status_code == refused.json()["status"] == 500
    assert [card["title"] for card in peer.cards()] == ["Müller"] * written


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        (f"{FILES}/a", 507, "application/xml"),
        (f"{FILES}/a", 429, "application/xml"),
        (f"{FILES}/a", 503, "application/xml"),
        (f"{FILES}/a", 413, "text/html"),
        (BOARDS, 500, "application/json"),
        (BOARDS, 503, "text/html"),
        (BOARDS, 401, "application/json"),
        ("/ocs/v2.php/cloud/user", 503, "application/json"),
    ],
)
async def test_a_status_comes_in_the_words_of_what_was_asked(
    peer: NextcloudPeer, http: httpx.AsyncClient, path: str, status: int, kind: str
) -> None:
    peer.faults.fail(status)

    answer = await http.get(path)

    assert answer.status_code == status
    assert answer.headers["content-type"].startswith(kind)


async def test_a_slow_answer_is_waited_for(
    peer: NextcloudPeer, http: httpx.AsyncClient
) -> None:
    peer.faults.slow(0.1, times=1)

    started = time.monotonic()
    await http.get("/status.php")

    assert time.monotonic() - started >= 0.1


async def test_a_wrong_hash_is_not_that_of_the_stored_bytes(
    peer: NextcloudPeer, http: httpx.AsyncClient
) -> None:
    peer.faults.wrong_hash()
    headers = {"X-Hash": "sha256"}

    wrong = await http.put(f"{FILES}/a", content=b"bytes", headers=headers)
    right = await http.put(f"{FILES}/a", content=b"bytes", headers=headers)

    digest = hashlib.sha256(b"bytes").hexdigest()
    assert wrong.headers["x-hash-sha256"] != digest
    assert right.headers["x-hash-sha256"] == digest
    assert peer.tree() == {"a": b"bytes"}


async def test_a_listing_can_end_in_its_middle(
    peer: NextcloudPeer, http: httpx.AsyncClient
) -> None:
    peer.make_folder("Chantiers")
    peer.faults.truncate()

    half = await http.request("PROPFIND", f"{FILES}/")
    whole = await http.request("PROPFIND", f"{FILES}/")

    assert half.status_code == 207
    assert whole.text.startswith(half.text)
    assert not half.text.rstrip().endswith("</d:multistatus>")


async def test_a_locked_out_address_stays_out_with_the_right_password(
    peer: NextcloudPeer, http: httpx.AsyncClient
) -> None:
    peer.accounts.lock_out()
    out = await http.request("PROPFIND", f"{FILES}/")
    peer.accounts.unlock()
    in_again = await http.request("PROPFIND", f"{FILES}/")

    assert (out.status_code, in_again.status_code) == (429, 207)
    assert "retry-after" not in out.headers


async def test_what_came_in_is_listed_with_its_answer(
    peer: NextcloudPeer, http: httpx.AsyncClient
) -> None:
    peer.faults.cut("after", method="PUT")

    with pytest.raises(httpx.TransportError):
        await http.put(
            f"{FILES}/é.txt", content=b"x", headers={"X-OC-MTime": "1717236000"}
        )
    await http.get(f"{FILES}/é.txt")

    [put, get] = peer.requests
    assert (put.method, put.path, put.status) == ("PUT", f"{FILES}/é.txt", None)
    assert put.headers["x-oc-mtime"] == "1717236000"
    assert (get.method, get.status) == ("GET", 200)


async def test_a_listing_can_take_as_long_as_was_measured(
    peer: NextcloudPeer, http: httpx.AsyncClient
) -> None:
    for number in range(9):
        peer.make_folder(f"f{number}")
    peer.files.pacing.listed_s = 0.01

    started = time.monotonic()
    await http.request("PROPFIND", FILES, headers={"Depth": "1"})

    assert time.monotonic() - started >= 0.1


async def test_paced_puts_get_on_two_at_a_time(
    peer: NextcloudPeer, http: httpx.AsyncClient
) -> None:
    peer.files.pacing.stored_s = 0.05

    started = time.monotonic()
    async with asyncio.TaskGroup() as group:
        for number in range(4):
            group.create_task(http.put(f"{FILES}/{number}.txt", content=b"x"))

    assert time.monotonic() - started >= 0.1
    assert len(peer.tree()) == 4


async def test_paced_small_requests_get_on_two_at_a_time(
    peer: NextcloudPeer, http: httpx.AsyncClient
) -> None:
    """A genuine server looks after each, so many of them hold up what else comes."""
    peer.files.pacing.request_s = 0.05

    started = time.monotonic()
    async with asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(http.request("PROPFIND", FILES, headers={"Depth": "0"}))

    assert time.monotonic() - started >= 0.1


async def test_paced_request_in_a_session_takes_less(
    peer: NextcloudPeer, http: httpx.AsyncClient
) -> None:
    peer.files.pacing.request_s = 0.5
    await http.request("PROPFIND", FILES, headers={"Depth": "0"})

    started = time.monotonic()
    await http.request("PROPFIND", FILES, headers={"Depth": "0"})

    assert time.monotonic() - started < 0.5


async def test_paced_body_is_taken_no_faster_than_was_measured(
    peer: NextcloudPeer, http: httpx.AsyncClient
) -> None:
    peer.files.pacing.received_bytes_per_s = 10_000_000

    started = time.monotonic()
    await http.put(f"{FILES}/1.bin", content=bytes(1_000_000))

    assert time.monotonic() - started >= 0.1
