"""Several callers at once: what is lost is told, and what is told to be there is there."""

import asyncio
from collections import Counter

import httpx

from tests.nextcloud_peer.conftest import FILES
from tests.peers.nextcloud import NextcloudPeer


async def test_racing_for_one_folder_mostly_loses(
    peer: NextcloudPeer, http: httpx.AsyncClient
) -> None:
    """Recorded over 60 rounds of 8: 281 × 423, 152 × 405, 47 × 201; in 13 rounds no folder at all."""
    outcomes: Counter[int] = Counter()
    without_folder = 0
    for number in range(60):
        path = f"{FILES}/round{number}"
        racers = [http.request("MKCOL", path) for _ in range(8)]
        statuses = [answer.status_code for answer in await asyncio.gather(*racers)]
        outcomes.update(statuses)
        made = f"round{number}/" in peer.tree()
        assert (201 in statuses) == made
        without_folder += not made

    assert set(outcomes) <= {201, 405, 423}
    assert outcomes[201] == 60 - without_folder
    assert outcomes[423] > outcomes[201]
    assert 0 < without_folder < 60


async def test_different_files_in_one_folder_do_not_race(
    peer: NextcloudPeer, http: httpx.AsyncClient
) -> None:
    puts = [http.put(f"{FILES}/{number}.jpg", content=b"x") for number in range(40)]

    statuses = {answer.status_code for answer in await asyncio.gather(*puts)}

    assert statuses == {201}
    assert len(peer.tree()) == 40


async def test_the_second_of_two_who_create_a_file_is_refused_at_once(
    peer: NextcloudPeer, http: httpx.AsyncClient
) -> None:
    first, answered = await slow_put(http, f"{FILES}/a.txt")

    second = await http.put(f"{FILES}/a.txt", content=b"second")
    answered.set()

    assert second.status_code == 423
    assert "existing lock on file: exclusive" in second.text
    assert (await first).status_code == 201
    assert peer.tree() == {"a.txt": b"slow writer"}


async def test_the_first_to_end_of_two_who_overwrite_a_file_is_refused(
    peer: NextcloudPeer, http: httpx.AsyncClient
) -> None:
    peer.write("a.txt", b"old")
    first, answered = await slow_put(http, f"{FILES}/a.txt")

    second = await http.put(f"{FILES}/a.txt", content=b"second")
    answered.set()

    assert second.status_code == 423
    assert "2 shared locks" in second.text
    assert (await first).status_code == 204
    assert peer.tree() == {"a.txt": b"slow writer"}


async def test_a_folder_that_is_written_to_cannot_be_deleted(
    peer: NextcloudPeer, http: httpx.AsyncClient
) -> None:
    peer.make_folder("T")
    put, answered = await slow_put(http, f"{FILES}/T/a.txt")

    delete = await http.delete(f"{FILES}/T")
    answered.set()

    assert delete.status_code == 423
    assert (await put).status_code == 201


async def slow_put(
    http: httpx.AsyncClient, path: str
) -> tuple[asyncio.Task[httpx.Response], asyncio.Event]:
    """An upload that has begun, and the event that lets it end."""
    entered, answered = asyncio.Event(), asyncio.Event()

    async def slowly():
        entered.set()
        yield b"slow "
        await answered.wait()
        yield b"writer"

    put = asyncio.create_task(http.put(path, content=slowly()))
    await entered.wait()
    return put, answered
