"""Story: the program that started the services is killed, and leaves none of them behind."""

import asyncio
import json
import signal
import sys
import textwrap

import psutil

from tests.ports import free_port
from tests.waiting import until

STARTER = textwrap.dedent(
    """
    import asyncio, json, sys
    from demo.processes import ServiceProcess

    async def main():
        service = ServiceProcess("storage", sys.argv[1], json.loads(sys.argv[2]), lambda *_: None)
        await service.start()
        await service.answers()
        print(service.pid, flush=True)
        await asyncio.Event().wait()

    asyncio.run(main())
    """
)


async def test_services_end_with_the_one_that_started_them(tmp_path):
    env = {
        "DATA_DIR": str(tmp_path),
        "NEXTCLOUD_URL": "http://127.0.0.1:9",
        "NEXTCLOUD_USER": "jean",
        "NEXTCLOUD_PASSWORD": "app-password",
    }
    url = f"http://127.0.0.1:{free_port()}"
    starter = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        STARTER,
        url,
        json.dumps(env),
        stdout=asyncio.subprocess.PIPE,
    )
    assert starter.stdout is not None
    service = int(await starter.stdout.readline())
    assert psutil.pid_exists(service)

    starter.send_signal(signal.SIGKILL)
    await starter.wait()

    await until(lambda: not _runs(service), 10, "the end of the service")


def _runs(pid: int) -> bool:
    """A zombie does not: whoever inherits it has not looked yet."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
