"""What the admin and workflows ask over HTTP."""

import asyncio

import httpx
import pytest
from starlette.types import Message, Scope

from tests.chassis.telegram_sessions import log_in
from tests.conftest import run_app
from tests.gateway.house import CHANTIER_GROUP, House

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


async def file_one(house: House, number: int) -> None:
    await house.choose_chantier()
    await house.jean.send_photo(house.jpeg(number))
    await house.jean.press("Envoyer")
    await house.until(lambda: len(house.notifier.notices) == number)


async def test_reports_are_listed_newest_first_in_pages(
    house: House, gateway: httpx.AsyncClient
):
    for number in (1, 2, 3):
        await file_one(house, number)

    first = (await gateway.get("/gateway/reports?limit=2")).json()
    second = (
        await gateway.get(f"/gateway/reports?limit=2&cursor={first['next']}")
    ).json()

    opened = [item["opened_at"] for item in first["items"] + second["items"]]
    assert opened == sorted(opened, reverse=True)
    assert len({item["report_id"] for item in first["items"] + second["items"]}) == 3
    assert second["next"] is None
    bare = (await gateway.get("/gateway/reports?limit=2&shape=items")).json()
    assert [one["report_id"] for one in bare] == [
        item["report_id"] for item in first["items"]
    ]


async def test_a_report_shows_each_step(house: House, gateway: httpx.AsyncClient):
    await file_one(house, 1)
    await house.jean.sees("Rapport enregistré")
    [listed] = (await gateway.get("/gateway/reports")).json()["items"]

    report = (await gateway.get(f"/gateway/reports/{listed['report_id']}")).json()

    assert [step["name"] for step in report["steps"]] == [
        "photos",
        "card",
        "notice",
        "receipt",
        "delivery",
    ]
    assert report["technician"] == "Jean Keller"
    assert report["steps"][0]["state"] == "done"
    assert report["steps"][0]["attempts"] == 1


async def test_reports_are_found_by_a_name_however_it_is_typed(
    house: House, gateway: httpx.AsyncClient
):
    for number in (1, 2):
        await file_one(house, number)

    async def found(q: str) -> int:
        answer = await gateway.get("/gateway/reports", params={"q": q})
        return len(answer.json()["items"])

    first = (
        await gateway.get("/gateway/reports", params={"q": "muller", "limit": 1})
    ).json()
    rest = await gateway.get(
        "/gateway/reports",
        params={"q": "muller", "limit": 1, "cursor": first["next"]},
    )

    assert [await found(q) for q in ("MULLER", "üll", "keller", "jean  k")] == [2] * 4
    assert [await found(q) for q in ("weber", "%", "_", "'")] == [0] * 4
    assert await found(" ") == 2
    assert (len(first["items"]), rest.json()["next"]) == (1, None)
    assert rest.json()["items"][0]["report_id"] != first["items"][0]["report_id"]


async def test_reports_are_narrowed_by_what_they_are(
    house: House, gateway: httpx.AsyncClient
):
    await file_one(house, 1)

    fin = (await gateway.get("/gateway/reports?action=fin")).json()["items"]
    sav = (await gateway.get("/gateway/reports?action=sav")).json()["items"]

    assert ([report["action"] for report in fin], sav) == (["fin"], [])


async def test_unknown_reports_and_cursors_are_refused(
    house: House, gateway: httpx.AsyncClient
):
    missing = await gateway.get("/gateway/reports/20260325-none")
    bad = await gateway.get("/gateway/reports?cursor=nonsense")

    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    assert (bad.status_code, bad.json()["code"]) == (422, "bad_cursor")


async def test_readiness_names_what_does_not_answer(
    house: House, gateway: httpx.AsyncClient
):
    ready = await gateway.get("/readyz")

    assert ready.status_code == 200
    assert set(ready.json()["checks"]) == {
        "telegram",
        "storage",
        "notifier",
        "knowledge",
        "database",
        "own_disk",
        "reports",
        "webhooks",
    }


async def test_a_report_that_waits_for_long_is_named_and_counted(house: House):
    async with house.gateway(stuck_after_s=0.01, list_wait_s=0.5) as gateway:
        house.nextcloud.faults.fail(503, times=None)
        await house.choose_typed("Dupont")
        await house.jean.send_photo(house.jpeg(1))
        await house.jean.press("Envoyer")
        await house.jean.sees("⏳ Rapport gardé", timeout_s=20)

        said = (await gateway.get("/readyz")).json()["checks"]["reports"]
    async with house.gateway(stuck_after_s=0.01) as gateway:
        figures = await told(gateway, 'gateway_reports_need_attention{why="late"}')

    assert said["ok"]
    assert "1 wait for long" in said["detail"]
    assert 'gateway_reports_need_attention{why="late"} 1.0' in figures
    assert 'gateway_reports_need_attention{why="failed"} 0.0' in figures


async def test_metrics_count_reports_and_photos(house: House):
    async with house.gateway() as gateway:
        await file_one(house, 1)
        await house.until_filed(gateway)
    async with house.gateway() as gateway:
        await house.jean.send("/start")
        await house.jean.sees("Bonjour")
        figures = (await gateway.get("/metrics")).text

    assert 'gateway_reports{status="filed"} 1.0' in figures
    assert 'gateway_photos{state="filed"} 1.0' in figures
    assert "gateway_oldest_pending_seconds 0.0" in figures


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


async def test_a_workflow_writes_to_a_group_once_for_each_key(
    house: House, gateway: httpx.AsyncClient
):
    message = {
        "chat_id": CHANTIER_GROUP,
        "text": "Livraison à 14 h",
        "buttons": [[{"label": "Vu", "data": "vu"}]],
    }
    key = {"Idempotency-Key": "delivery-1"}

    first = await gateway.post("/gateway/messages", json=message, headers=key)
    again = await gateway.post("/gateway/messages", json=message, headers=key)
    other = await gateway.post(
        "/gateway/messages", json={**message, "text": "autre"}, headers=key
    )

    assert first.status_code == 200
    assert again.json() == first.json()
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    [shown] = house.groups["chantier"].messages
    assert (shown.id, shown.text) == (first.json()["message_id"], "Livraison à 14 h")
    assert shown.labels == ["Vu"]


@pytest.mark.parametrize("text", ["👩🏽‍🔧" * 600, " \u00a0\n"])
async def test_a_text_that_telegram_refuses_uses_no_key_up(
    house: House, gateway: httpx.AsyncClient, text: str
):
    key = {"Idempotency-Key": "delivery-2"}
    message = {"chat_id": CHANTIER_GROUP, "text": text}

    refused = await gateway.post("/gateway/messages", json=message, headers=key)
    mended = await gateway.post(
        "/gateway/messages", json={**message, "text": "Livraison"}, headers=key
    )

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "body.text"
    assert mended.status_code == 200


async def test_a_workflow_may_not_write_to_strangers(
    house: House, gateway: httpx.AsyncClient
):
    eve = house.telegram.add_user("Eve")

    refused = await gateway.post(
        "/gateway/messages", json={"chat_id": eve.id, "text": "?"}
    )
    elsewhere = await gateway.post(
        "/gateway/messages", json={"chat_id": -5000000009, "text": "?"}
    )

    assert (refused.status_code, elsewhere.status_code) == (403, 403)
    assert eve.chat == []


async def told(gateway: httpx.AsyncClient, figure: str) -> str:
    """The figures, once *figure* is among them."""
    while figure not in (figures := (await gateway.get("/metrics")).text):
        await asyncio.sleep(0.02)
    return figures
