"""What many callers send at once is not all taken into memory: they wait to be read."""

import asyncio
import base64
from collections.abc import AsyncIterator

import httpx
import pytest

from chassis.received import CallerStalled
from storage.ahead import ReadAhead
from storage.body import Body
from tests.peers.nextcloud import NextcloudPeer
from tests.waiting import until

MIB = 1024 * 1024
_FORM = {"Content-Type": "multipart/form-data; boundary=B"}
_HEAD = b'--B\r\nContent-Disposition: form-data; name="f"; filename="%d-%d.bin"\r\n\r\n'
_PATH = b'--B\r\nContent-Disposition: form-data; name="path"\r\n\r\na\r\n'


class Callers:
    """Send the same small piece again and again, and know how much was taken off them."""

    def __init__(self, peer: NextcloudPeer) -> None:
        self.most_held_bytes = 0
        self._peer = peer
        self._taken_bytes = 0

    async def sends(self, *pieces: bytes) -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece
            self._taken_bytes += len(piece)
            there = sum(
                int(one.headers.get("content-length", 0))
                for one in tuple(self._peer.requests)
                if one.method == "PUT" and one.status == 201
            )
            self.most_held_bytes = max(self.most_held_bytes, self._taken_bytes - there)
            await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("kind", "calls", "most_bytes"),
    [("put", 100, 36 * MIB), ("form", 25, 36 * MIB), ("target after", 20, 20 * MIB)],
)
async def test_what_is_held_of_many_small_files_is_bounded(
    storage: httpx.AsyncClient,
    peer: NextcloudPeer,
    kind: str,
    calls: int,
    most_bytes: int,
):
    peer.faults.slow(0.02, method="PUT")
    callers = Callers(peer)
    content = [b"x" * (256 * 1024 - 300)] * 4

    async def call(number: int) -> int:
        if kind == "put":
            url, body = f"/storage/files/a/{number}.bin", callers.sends(*content)
            headers = {"Content-Length": str(sum(map(len, content)))}
            answer = await storage.put(url, content=body, headers=headers)
        else:
            files = [
                piece
                for part in range(4)
                for piece in (_HEAD % (number, part), *content, b"\r\n")
            ]
            form = [_PATH, *files] if kind == "form" else [*files, _PATH]
            body = callers.sends(*form, b"--B--\r\n")
            answer = await storage.post("/storage/upload", content=body, headers=_FORM)
        return answer.status_code

    async with asyncio.timeout(60):
        statuses = await asyncio.gather(*map(call, range(calls)))

    assert set(statuses) == {200}
    assert callers.most_held_bytes < most_bytes


async def test_what_is_held_of_large_json_is_bounded(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    peer.faults.slow(0.02, method="PUT")
    callers = Callers(peer)
    content = base64.b64encode(b"x" * 3 * MIB)

    async def call(number: int) -> int:
        start = b'{"path": "a", "filename": "%d.bin", "content": "' % number
        answer = await storage.post(
            "/storage/upload",
            content=callers.sends(start, content[:MIB], content[MIB:], b'"}'),
            headers={"Content-Type": "application/json"},
        )
        return answer.status_code

    async with asyncio.timeout(60):
        statuses = await asyncio.gather(*map(call, range(20)))

    assert set(statuses) == {200}
    # Two calls of 4 MiB; what base64 adds, a MiB a call, never arrives.
    assert callers.most_held_bytes < (2 * 4 + 20 + 4) * MIB


@pytest.mark.parametrize("kind", ["put", "form"])
async def test_large_files_in_forms_that_wait_keep_no_small_file_out(
    storage: httpx.AsyncClient, kind: str
):
    """Nobody knows of a file in a form how large it is before a MiB of it was read."""
    go_on, waiting = asyncio.Event(), 0

    async def large(number: int) -> AsyncIterator[bytes]:
        nonlocal waiting
        yield _PATH + _HEAD % (number, 0)
        yield b"x" * MIB
        waiting += 1
        await go_on.wait()
        yield b"x" * MIB + b"\r\n--B--\r\n"

    length = len(_PATH + _HEAD % (10, 0)) + 2 * MIB + len(b"\r\n--B--\r\n")
    announced = {**_FORM, "Content-Length": str(length)}
    forms = [
        asyncio.create_task(
            storage.post("/storage/upload", content=large(number), headers=announced)
        )
        for number in range(10, 50)
    ]
    await until(lambda: waiting >= 24)

    async with asyncio.timeout(20):
        if kind == "put":
            small = await storage.put("/storage/files/b/small.jpg", content=b"small")
        else:
            file = {"file": ("small.jpg", b"small")}
            small = await storage.post("/storage/upload?path=b", files=file)
    go_on.set()
    answers = await asyncio.gather(*forms)

    assert small.status_code in {200, 201}
    assert {answer.status_code for answer in answers} == {200}


async def test_a_small_body_may_pause_while_only_the_places_for_others_are_taken():
    async def sends(go_on: asyncio.Event) -> AsyncIterator[bytes]:
        await go_on.wait()
        yield b"x" * 10

    async def hold(size_bytes: int | None, settled: asyncio.Event) -> None:
        async with ahead.held(Body(sends(settled), size_bytes=size_bytes)):
            await done.wait()

    ahead, done, there, small = (
        ReadAhead(arrive_s=60, pause_s=0.05),
        *(asyncio.Event() for _ in range(3)),
    )
    there.set()
    callers = [asyncio.create_task(hold(None, there)) for _ in range(24)]
    callers.append(asyncio.create_task(hold(10, small)))
    await asyncio.sleep(0.2)

    small.set()
    done.set()

    async with asyncio.timeout(5):
        await asyncio.gather(*callers)


@pytest.mark.parametrize("size_bytes", [10, None])
async def test_callers_that_send_nothing_give_up_their_places_while_others_wait(
    size_bytes: int | None,
):
    async def silence() -> AsyncIterator[bytes]:
        await asyncio.Event().wait()
        yield b""

    async def sends() -> AsyncIterator[bytes]:
        yield b"x" * 10

    async def hold(source: AsyncIterator[bytes]) -> None:
        async with ahead.held(Body(source, size_bytes=size_bytes)):
            pass

    ahead = ReadAhead(arrive_s=60, pause_s=0.05)
    alone = asyncio.create_task(hold(silence()))
    await asyncio.sleep(0.1)
    assert not alone.done()
    silent = [asyncio.create_task(hold(silence())) for _ in range(40)]
    await asyncio.sleep(0)

    async with asyncio.timeout(5):
        await hold(sends())

    for one in (alone, *silent):
        one.cancel()
    ended = await asyncio.gather(alone, *silent, return_exceptions=True)
    assert any(isinstance(one, CallerStalled) for one in ended)
