from tests.chassis.chassis_app import things_app


async def test_ready_says_which_outside_does_not_answer(running):
    down: list[str] = []
    async with running(things_app(down)) as http:
        ready = await http.get("/readyz")
        down.append("Nextcloud")
        not_ready = await http.get("/readyz")
        alive = await http.get("/healthz")

    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    assert not_ready.status_code == 503
    assert not_ready.json()["checks"]["outside"] == {
        "ok": False,
        "detail": "Nextcloud does not answer",
    }
    assert alive.status_code == 200
