"""Story: under ``make run`` a service that dies is started again; one that dies each time is given up."""

import asyncio
import signal

import psutil
import pytest

from chassis.tasks import stop
from demo.processes import DidNotStart, ServiceProcess
from tests.ports import free_port
from tests.waiting import until

NEXTCLOUD = {
    "NEXTCLOUD_URL": "http://127.0.0.1:9",
    "NEXTCLOUD_USER": "jean",
    "NEXTCLOUD_PASSWORD": "app-password",
}


async def test_a_killed_service_is_started_again(tmp_path):
    said: list[str] = []
    storage = ServiceProcess(
        "storage",
        f"http://127.0.0.1:{free_port()}",
        {"DATA_DIR": str(tmp_path), **NEXTCLOUD},
        lambda _name, line: said.append(line),
    )
    await storage.start()
    await storage.answers()
    keeping = asyncio.create_task(storage.keep_running(first_wait_s=0))
    killed = storage.pid
    assert killed is not None

    psutil.Process(killed).send_signal(signal.SIGKILL)
    await until(lambda: storage.pid not in {None, killed}, 10, "another process")
    await storage.answers()

    assert any("SIGKILL" in line and "started again" in line for line in said), said
    await stop([keeping])
    await storage.stop()
    assert not storage.running


@pytest.mark.slow
async def test_a_service_that_dies_each_time_is_given_up(tmp_path):
    said: list[str] = []
    storage = ServiceProcess(
        "storage",
        f"http://127.0.0.1:{free_port()}",
        {"DATA_DIR": str(tmp_path)},
        lambda _name, line: said.append(line),
    )
    await storage.start()

    with pytest.raises(DidNotStart, match="NEXTCLOUD_URL"):
        await storage.keep_running(first_wait_s=0.01)

    waits = [line for line in said if "started again" in line]
    assert len(waits) == len(set(waits)) == 4
