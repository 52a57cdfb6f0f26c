"""The four services together: their addresses, their settings, in which order they start."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from chassis.tasks import stop
from demo.processes import START_TIMEOUT_S, OnLine, ServiceProcess

PORTS = {"gateway": 8001, "storage": 8002, "knowledge": 8003, "notifier": 8004}
NONE = "none"
"""In place of knowledge's address: it is not wanted."""


def service_urls(env: Mapping[str, str]) -> dict[str, str]:
    """Where each service that is wanted listens: ``<NAME>_URL`` where it is set, else loopback and its usual port."""
    urls = {
        name: env.get(f"{name.upper()}_URL") or f"http://127.0.0.1:{port}"
        for name, port in PORTS.items()
    }
    return {name: url for name, url in urls.items() if url != NONE}


class Stack:
    """
    The service processes, which know of each other.

    Args:
        data_dir: Each service keeps its state in a folder of its own below.
        env: Settings for all of them, such as ``NEXTCLOUD_URL`` and ``TELEGRAM_SERVER``.
        on_line: Gets all logs, line by line.
    """

    def __init__(self, data_dir: Path, env: Mapping[str, str], on_line: OnLine) -> None:
        self.urls = service_urls(env)
        addresses = {f"{name.upper()}_URL": url for name, url in self.urls.items()}
        self._services = {
            name: ServiceProcess(
                name,
                url,
                {**env, **addresses, "DATA_DIR": str(data_dir / name)},
                on_line,
            )
            for name, url in self.urls.items()
        }

    def __getitem__(self, name: str) -> ServiceProcess:
        return self._services[name]

    async def start(self) -> None:
        """
        Start all four and wait until each is alive.

        Raises:
            DidNotStart: One of them did not; the others are stopped.
        """
        try:
            await asyncio.gather(
                *(service.start() for service in self._services.values())
            )
            await asyncio.gather(
                *(service.answers() for service in self._services.values())
            )
        except BaseException:
            await self.stop()
            raise

    async def ready(self, *names: str, timeout_s: float = START_TIMEOUT_S) -> None:
        """Wait until the outsides of *names* (of all when none is named) answer too."""
        chosen = names or tuple(self._services)
        await asyncio.gather(
            *(self._services[name].answers("/readyz", timeout_s) for name in chosen)
        )

    async def keep_running(self) -> None:
        """
        Start again what dies, until cancelled.

        Raises:
            DidNotStart: One of them dies each time.
        """
        keeping = [
            asyncio.create_task(service.keep_running())
            for service in self._services.values()
        ]
        try:
            await asyncio.gather(*keeping)
        finally:
            await stop(keeping)

    async def stop(self) -> None:
        await asyncio.gather(*(service.stop() for service in self._services.values()))
