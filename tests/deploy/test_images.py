"""
``make images``: deploy/Containerfile and deploy/compose.yaml, run for real.

Four containers on one private network, Telegram and Nextcloud outside of it, Caddy of Debian's before it.
"""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from demo.fault import DESCRIPTION, MANUAL
from tests.deploy.containers import SERVICES, Containers
from tests.deploy.deployed import Deployed, deploy, ready
from tests.deploy.public import dripped, public, trusted
from tests.together.story import jpegs, technician
from tests.waiting import WAIT_S

pytestmark = [
    pytest.mark.deploy,
    pytest.mark.timeout(900),
    pytest.mark.asyncio(loop_scope="module"),
]

STOP_BOUND_S = 20.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def deployed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Deployed]:
    async with deploy(tmp_path_factory.mktemp("images")) as deployed:
        yield deployed


async def test_each_container_is_confined_healthy_and_small(deployed: Deployed):
    containers = deployed.containers
    for name in SERVICES:
        seen = containers.inspect(name)
        assert containers.exec(name, "id", "-u") == b"10001\n"
        assert containers.exit_code(name, "touch", "/app/x") != 0
        assert containers.exit_code(name, "touch", "/data/.writable") == 0
        assert seen["HostConfig"]["ReadonlyRootfs"] is True
        assert "no-new-privileges" in str(seen["HostConfig"]["SecurityOpt"])
        status = containers.exec(name, "cat", "/proc/1/status").decode()
        assert "NoNewPrivs:\t1" in status
        assert "CapEff:\t0000000000000000" in status
        for tool in ("gcc", "pip", "uv", "curl"):
            assert containers.exit_code(name, "sh", "-c", f"command -v {tool}") != 0
        containers.podman("healthcheck", "run", f"etm-proof_{name}_1")
        print(
            f"etm-{name}: {containers.size_mb(f'localhost/etm-{name}')} MB, confined, healthy"
        )
    assert b"fra" in containers.exec("knowledge", "tesseract", "--list-langs")


async def test_a_report_is_filed_once_though_its_container_is_killed(
    deployed: Deployed,
):
    jean = technician(deployed.world, "Conteneur", "Kessler")
    photos = jpegs(10, seed=71)

    await jean.begin()
    await jean.person.sees("Envoie tes photos", timeout_s=WAIT_S)
    await jean.person.send_album(photos)
    await jean.person.sees("10 photos", timeout_s=WAIT_S)
    gateway = deployed.containers.pid("gateway")
    await jean.person.press("Envoyer", timeout_s=WAIT_S)
    while not jean.files():
        await asyncio.sleep(0.002)
    os.kill(gateway, signal.SIGKILL)
    left = len(jean.files())
    await asyncio.to_thread(deployed.containers.comes_back, "gateway", gateway)
    await jean.receipt()

    assert sorted(jean.files().values()) == sorted(photos)
    assert jean.notices() == [jean.notice(10)]
    assert (len(jean.cards()), len(jean.receipts())) == (1, 1)
    print(
        f"fin: killed with {left} of 10 photos filed; 10 photos, 1 card, 1 notice, 1 receipt"
    )


async def test_a_fault_is_helped_from_a_manual_that_was_put_through_caddy(
    deployed: Deployed,
):
    marie = technician(deployed.world, "Caddy", "Vogt")
    async with public(deployed) as n8n:
        put = await n8n.put(
            "/knowledge/documents/manual?wait=0&title=Soléa 8&source=Notices",
            content=MANUAL.read_bytes(),
            headers={"Content-Type": "text/markdown"},
        )
        assert put.status_code in {200, 201, 202}, put.text
        job = put.json().get("job_id") or put.json().get("id")
        async with n8n.stream("GET", f"/knowledge/jobs/{job}/events") as events:
            assert events.headers["content-type"].startswith("text/event-stream")
            lines = [line async for line in events.aiter_lines()]
        assert any(line.startswith(("event:", "data:")) for line in lines)

    await marie.fault(DESCRIPTION)
    helped = await marie.person.sees("💡", timeout_s=WAIT_S, after=marie.start)

    assert "Soléa 8" in helped.text
    assert len(marie.fault_notices()) == 1
    print(
        f"sav: helped from the manual, 1 notice; {len(lines)} lines of server-sent events through Caddy"
    )


async def test_a_large_upload_passes_caddy_unbuffered(deployed: Deployed):
    size = 60_000_000
    async with public(deployed) as n8n:

        async def body() -> AsyncIterator[bytes]:
            for _ in range(60):
                yield bytes(1_000_000)

        began = time.monotonic()
        answer = await n8n.post(
            "/storage/upload?path=Essais&filename=gros.bin", content=body()
        )

    assert answer.is_success, answer.text
    assert answer.json()["items"][0]["size_bytes"] == size
    peak = deployed.containers.inspect("caddy")
    assert peak["State"]["OOMKilled"] is False
    print(f"60 MB through Caddy in {time.monotonic() - began:.1f} s")


async def test_a_call_that_meets_a_restart_waits_for_it(deployed: Deployed):
    async with public(deployed) as n8n:
        await asyncio.to_thread(deployed.containers.stop, "storage")
        called = asyncio.create_task(n8n.get("/storage/chantiers"))
        await asyncio.to_thread(deployed.containers.start, "storage")

        answer = await called

    assert answer.status_code == 200, answer.text


async def test_what_n8n_does_not_need_is_closed(deployed: Deployed):
    async with public(deployed, "services") as n8n:
        for name in SERVICES:
            for path in ("docs", "openapi.json", "backup", "console"):
                assert (await n8n.get(f"/{name}/{path}")).status_code == 404
        assert (await n8n.post("/knowledge/backup")).status_code == 404
        for path in (
            "/metrics",
            "/readyz",
            "/healthz",
            "/",
            "/storage/files/../../metrics",
            "/storage/files/%2e%2e/%2e%2e/metrics",
        ):
            assert (await n8n.get(path)).status_code in {400, 404}, path
        assert (await n8n.get("/storage/chantiers")).status_code == 200
        n8n.headers.pop("X-API-Key")
        for path in (
            "/storage/chantiers",
            "/gateway/reports",
            "/knowledge/documents",
            "/notifier/notices",
        ):
            assert (await n8n.get(path)).status_code == 401


async def test_the_console_is_there_for_the_machine_itself(deployed: Deployed):
    assert deployed.containers.pid("gateway")
    async with httpx.AsyncClient(base_url="http://127.0.0.1:18001") as http:
        page = await http.get("/gateway/console", follow_redirects=True)

    assert page.status_code == 200
    assert "text/html" in page.headers["content-type"]


async def test_a_slow_head_is_cut_off(deployed: Deployed):
    trust = trusted(deployed.containers)

    took_s = await asyncio.to_thread(dripped, trust)

    assert 8 < took_s < 20
    print(f"a head sent byte by byte was cut off after {took_s:.0f} s")


async def test_a_backup_of_each_container_is_taken_while_it_works_and_restored(
    deployed: Deployed,
):
    containers = deployed.containers
    before = await reports(containers)
    for name in SERVICES:
        packed = await asyncio.to_thread(containers.exec, name, "etm", "backup")
        await asyncio.to_thread(containers.stop, name)
        said = await asyncio.to_thread(containers.restored, name, packed)
        await asyncio.to_thread(containers.start, name)
        assert "restored" in said
        print(f"backup of {name}: {len(packed)} bytes, restored")
    await ready(containers)

    assert before
    assert await reports(containers) == before


async def reports(containers: Containers) -> list[tuple[str, str]]:
    """Each report's id and state."""
    url = f"http://{containers.address('gateway')}:8000/gateway/reports"
    headers = {"X-API-Key": containers.key("services")}
    async with httpx.AsyncClient(headers=headers, timeout=30) as http:
        items = (await http.get(url)).raise_for_status().json()["items"]
    return sorted((item["report_id"], item["status"]) for item in items)


async def test_each_ends_gently_within_its_bound(deployed: Deployed):
    """The last: nothing runs after it."""
    for name in SERVICES:
        began = time.monotonic()
        await asyncio.to_thread(deployed.containers.stop, name)
        took_s = time.monotonic() - began
        state = deployed.containers.inspect(name)["State"]
        assert state["ExitCode"] in {0, 143}, (
            f"{state}\n{deployed.containers.logs(name)}"
        )
        assert took_s < STOP_BOUND_S
        print(f"{name} ended with {state['ExitCode']} {took_s:.1f} s after SIGTERM")
