"""Telegram's files for workflows: whole, in part, and not too many at once."""

import asyncio

import httpx
from starlette.types import Message, Scope

from tests.chassis.telegram_sessions import log_in
from tests.conftest import run_app
from tests.gateway.house import House

SCOPE: Scope = {
    "type": "http",
    "asgi": {"version": "3.0"},
    "http_version": "1.1",
    "method": "GET",
    "scheme": "http",
    "server": ("127.0.0.1", 8001),
    "client": ("127.0.0.1", 50000),
    "root_path": "",
    "query_string": b"",
    "headers": [(b"host", b"127.0.0.1")],
}


async def _nothing_more() -> Message:
    await asyncio.Event().wait()
    raise AssertionError


async def test_a_received_file_is_read_whole_or_in_part(
    house: House, gateway: httpx.AsyncClient
):
    content = bytes(range(256)) * 8192
    await house.choose_chantier()
    await house.jean.send_document(content, "plan.pdf", "application/pdf")
    await house.jean.sees("1 document reçu")
    file_id = await house.file_id()

    whole = await gateway.get(f"/gateway/files/{file_id}")
    part = await gateway.get(
        f"/gateway/files/{file_id}", headers={"Range": "bytes=1000000-1200000"}
    )
    end = await gateway.get(f"/gateway/files/{file_id}", headers={"Range": "bytes=-10"})
    beyond = await gateway.get(
        f"/gateway/files/{file_id}", headers={"Range": f"bytes={len(content)}-"}
    )

    far = await gateway.get(
        f"/gateway/files/{file_id}", headers={"Range": f"bytes={'9' * 5000}-"}
    )

    assert (far.status_code, far.json()["code"]) == (416, "range_not_satisfiable")
    assert (whole.status_code, whole.content) == (200, content)
    assert whole.headers["content-type"] == "application/pdf"
    assert (part.status_code, part.content) == (206, content[1000000:1200001])
    assert part.headers["content-range"] == f"bytes 1000000-1200000/{len(content)}"
    assert end.content == content[-10:]
    assert (beyond.status_code, beyond.json()["code"]) == (416, "range_not_satisfiable")


async def test_a_file_is_given_in_small_parts(house: House, gateway: httpx.AsyncClient):
    """What is written and not read lies in memory twice: 150 callers who read a byte a second took 460 MB, now 170."""
    content = bytes(range(256)) * 8192
    await house.choose_chantier()
    await house.jean.send_document(content, "plan.pdf", "application/pdf")
    await house.jean.sees("1 document reçu")

    async with house.parts.downloads.asked(await house.file_id(), None)(0) as download:
        parts = [part async for part in download.pieces]

    assert b"".join(parts) == content
    assert max(len(part) for part in parts) <= 64 * 1024


async def test_who_reads_slowly_keeps_nobody_out_and_gets_his_file(house: House):
    content = bytes(range(256)) * 8192
    log_in(house.telegram, house.data_dir)
    app = house.app(downloads_at_once=1)
    async with run_app(app) as http:
        house.parts = app.state.parts
        await house.parts.session.ready()
        await house.choose_chantier()
        await house.jean.send_document(content, "plan.pdf", "application/pdf")
        await house.jean.sees("1 document reçu")
        path = f"/gateway/files/{await house.file_id()}"
        reads_on, has_begun, read = asyncio.Event(), asyncio.Event(), []

        async def slowly(message: Message) -> None:
            if message.get("body"):
                has_begun.set()
                await reads_on.wait()
                read.append(message["body"])

        scope = {**SCOPE, "path": path, "raw_path": path.encode(), "app": app}
        slow = asyncio.create_task(app(scope, _nothing_more, slowly))
        await has_begun.wait()
        next_one = await http.get(path)
        reads_on.set()
        await slow

        assert next_one.content == b"".join(read) == content
        assert (await http.get("/gateway/files/nonsense")).status_code == 422
        assert (await http.get(path)).content == content


async def test_what_is_no_file_id_is_refused(house: House, gateway: httpx.AsyncClient):
    refused = await gateway.get("/gateway/files/nonsense")

    assert refused.status_code == 422
