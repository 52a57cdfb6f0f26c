"""Reports, readiness and figures, as the admin and workflows ask for them."""

import asyncio

import httpx

from tests.gateway.house import House


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
        await house.choose_typed("Dupont")
        house.nextcloud.faults.fail(503, times=None)
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


async def told(gateway: httpx.AsyncClient, figure: str) -> str:
    """The figures, once *figure* is among them."""
    while figure not in (figures := (await gateway.get("/metrics")).text):
        await asyncio.sleep(0.02)
    return figures
