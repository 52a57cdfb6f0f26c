"""The four services with keys, and a genuine n8n beside them."""

import json
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.n8n.n8n import N8n
from tests.ports import free_port
from tests.together.house import House, open_house

SERVICES_KEY = "key-of-the-services-0001"
N8N_KEY = "key-of-the-workflows-0001"
CALLERS_KEY = "key-of-who-calls-n8n-0001"
SECRET = "a secret that signs events"


@dataclass(frozen=True)
class Site:
    """What a test calls and looks at."""

    house: House
    n8n: N8n

    async def call(
        self, path: str, *, key: str = CALLERS_KEY, timeout_s: float = 90, **sent: Any
    ) -> httpx.Response:
        """Call a workflow as whoever n8n serves does."""
        shown = {"X-API-Key": key}
        async with httpx.AsyncClient(timeout=timeout_s, headers=shown) as http:
            return await http.post(self.n8n.webhook(path), **sent)

    def runs(self, status: str) -> str:
        """What n8n kept of its runs that ended in *status* (``success``, ``error``), as its editor shows them."""
        path = next(self.n8n.home.rglob("database.sqlite"))
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
            rows = db.execute(
                "SELECT d.data FROM execution_entity e JOIN execution_data d ON d.executionId = e.id "
                "WHERE status = ?",
                (status,),
            ).fetchall()
        return json.dumps(rows, ensure_ascii=False)


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    port = free_port()
    settings = {
        "API_KEYS": f"services={SERVICES_KEY}; n8n={N8N_KEY} storage knowledge notifier",
        "SERVICE_KEY": SERVICES_KEY,
        "WEBHOOK_URLS": f"http://127.0.0.1:{port}/webhook/etm-reports",
        "WEBHOOK_SECRET": SECRET,
    }
    async with open_house(folder / "house", settings) as house:
        n8n = N8n(folder / "n8n", house.stack.urls, N8N_KEY, CALLERS_KEY, SECRET, port)
        try:
            await n8n.start()
            yield Site(house, n8n)
        finally:
            await n8n.stop()
