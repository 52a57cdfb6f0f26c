"""Calls of several files that break off: all of it, or nothing, and nothing that somebody else counts on is taken."""

import asyncio
import socket
import struct

import httpx
import pytest

from tests.peers.nextcloud import NextcloudPeer
from tests.storage import broken_forms as forms
from tests.waiting import until


@pytest.mark.parametrize("how", ["FIN", "RST"])
@pytest.mark.parametrize(
    "files",
    [
        [(forms.ONE, "1")],
        [(forms.ONE, "1"), (forms.TWO, "2"), (forms.THREE, forms.LARGE)],
    ],
)
async def test_caller_that_hangs_up_inside_a_form_leaves_no_file(
    storage_url: str, peer: NextcloudPeer, files: list[tuple[str, str]], how: str
):
    body = forms.parts(*files) + forms.parts(("half.txt", "ha"))[:-4]

    async with forms.half_sent(storage_url, body) as writer:
        await until(
            lambda: len([n for n in peer.tree() if n.endswith("txt")]) == len(files)
        )
        if how == "RST":
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, linger
            )

    await until(lambda: peer.tree() == {"a/": b""})
    assert len(peer.trash()) == len(files)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (forms.parts((forms.ONE, "1"), ("taken.txt", "other")) + forms.END, 409),
        (forms.parts((forms.ONE, "1")) + b"--B\r\nno header\r\n\r\n", 422),
        (forms.parts((forms.ONE, "1"), ("x" * 300 + "/../..", "2")), 422),
    ],
)
async def test_form_with_one_bad_file_leaves_none(
    storage: httpx.AsyncClient, peer: NextcloudPeer, body: bytes, status: int
):
    peer.write("a/taken.txt", b"mine")

    answer = await storage.post(
        "/storage/upload?path=a&on_conflict=fail", content=body, headers=forms.FORM
    )

    assert answer.status_code == status, answer.text
    assert peer.tree() == {"a/taken.txt": b"mine"}


@pytest.mark.parametrize("key", ["", "run-1-0"])
async def test_late_noticed_hang_up_takes_nothing_from_the_repeat(
    storage_url: str, peer: NextcloudPeer, key: str
):
    async with forms.half_sent(storage_url, forms.BEGUN, key):
        await until(lambda: f"a/{forms.TWO}" in peer.tree())
        repeat = asyncio.create_task(forms.whole_form(storage_url, key))
        # With the same key it waits for the first call's end, else it is served at once.
        await asyncio.wait({repeat}, timeout=0.3 if key else 10)

    answer = await repeat
    assert answer.status_code == 200, answer.text
    await settled(storage_url)
    assert peer.tree() == forms.ALL


async def settled(url: str) -> None:
    """Wait until nothing of a broken call is under way any more: a call of its own comes after it."""
    await asyncio.sleep(0.2)
    async with httpx.AsyncClient(base_url=url) as storage:
        await storage.get("/storage/files?path=a")


async def test_repeat_that_comes_after_the_hang_up_is_whole(
    storage_url: str, peer: NextcloudPeer
):
    for _ in range(5):
        async with forms.half_sent(storage_url, forms.BEGUN):
            await until(lambda: f"a/{forms.TWO}" in peer.tree())
        # Now the first call's files are being taken back.
        answer = await forms.whole_form(storage_url)

        assert answer.status_code == 200, answer.text
        await settled(storage_url)
        assert peer.tree() == forms.ALL
        peer.files.tree.remove(peer.files.node(("a",)))


async def test_file_that_was_put_by_another_call_meanwhile_stays(
    storage_url: str, peer: NextcloudPeer
):
    async with forms.half_sent(storage_url, forms.BEGUN):
        await until(lambda: f"a/{forms.TWO}" in peer.tree())
        async with httpx.AsyncClient(base_url=storage_url) as storage:
            put = await storage.put(f"/storage/files/a/{forms.ONE}", content=b"1")

    assert put.json()["created"] is False
    await until(lambda: peer.tree() == {f"a/{forms.ONE}": b"1"})


async def test_file_that_two_broken_calls_sent_goes_with_the_second(
    storage_url: str, peer: NextcloudPeer
):
    async with forms.half_sent(storage_url, forms.BEGUN):
        await until(lambda: f"a/{forms.TWO}" in peer.tree())
        async with forms.half_sent(
            storage_url, forms.parts((forms.ONE, "1"), (forms.THREE, "3")) + forms.NEXT
        ):
            await until(lambda: f"a/{forms.THREE}" in peer.tree())

        await until(lambda: f"a/{forms.THREE}" not in peer.tree())
        assert peer.tree() == {f"a/{forms.ONE}": b"1", f"a/{forms.TWO}": b"2"}

    await until(lambda: peer.tree() == {"a/": b""})


async def test_file_that_somebody_changed_meanwhile_stays(
    storage_url: str, peer: NextcloudPeer
):
    async with forms.half_sent(storage_url, forms.BEGUN):
        await until(lambda: f"a/{forms.TWO}" in peer.tree())
        # Within the second in which it was written: the same ETag.
        peer.write(f"a/{forms.ONE}", b"!")

    await until(lambda: peer.tree() == {f"a/{forms.ONE}": b"!"})


async def test_what_was_there_before_the_call_stays(
    storage_url: str, peer: NextcloudPeer
):
    peer.write(f"a/{forms.ONE}", b"1")
    peer.write("a/plan.txt", b"old")

    async with forms.half_sent(
        storage_url, forms.parts((forms.ONE, "1"), ("plan.txt", "new")) + forms.NEXT
    ):
        await until(lambda: "a/plan (2).txt" in peer.tree())

    await until(lambda: peer.tree() == {f"a/{forms.ONE}": b"1", "a/plan.txt": b"old"})


async def test_file_that_was_replaced_is_not_taken_back(
    storage_url: str, peer: NextcloudPeer
):
    peer.write(f"a/{forms.ONE}", b"old")
    query = "path=a&on_conflict=replace"

    async with forms.half_sent(storage_url, forms.BEGUN, "", query):
        await until(lambda: f"a/{forms.TWO}" in peer.tree())

    await until(lambda: peer.tree() == {f"a/{forms.ONE}": b"1"})


async def test_form_that_arrived_whole_stays_though_nobody_waits_for_the_answer(
    storage_url: str, peer: NextcloudPeer
):
    peer.faults.slow(0.2, method="PUT")

    async with forms.half_sent(
        storage_url, forms.parts((forms.ONE, "1"), (forms.TWO, "2")) + forms.END
    ):
        await until(lambda: any(one.method == "PUT" for one in peer.requests))

    await until(lambda: len(peer.tree()) == 2)
    await settled(storage_url)
    assert peer.tree() == {f"a/{forms.ONE}": b"1", f"a/{forms.TWO}": b"2"}


async def test_file_whose_answer_was_lost_is_taken_back_as_well(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    peer.faults.cut("after", method="PUT")

    answer = await storage.post(
        "/storage/upload?path=a", content=forms.broken_off(peer), headers=forms.FORM
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "body_truncated")
    assert peer.tree() == {"a/": b""}


async def test_without_a_trash_bin_files_stay(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    peer.files.has_trash = False

    await storage.post(
        "/storage/upload?path=a", content=forms.broken_off(peer), headers=forms.FORM
    )

    assert peer.tree() == {f"a/{forms.ONE}": b"1"}
