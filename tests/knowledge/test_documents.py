"""Documents in and out, over HTTP, with the real reader and the real embedded index."""

from contextlib import asynccontextmanager

from knowledge.app import create_app
from knowledge.settings import KnowledgeSettings
from tests.conftest import run_app

FRONIUS = """Fronius Symo 10.0-3-M, codes d'état
===

State 567 : résistance d'isolement trop faible. Contrôler les connecteurs MC4 et les câbles DC.

State 102 : tension du réseau hors limites. Mesurer la tension entre phase et neutre.
"""


@asynccontextmanager
async def knowledge(folder):
    async with run_app(create_app(KnowledgeSettings(data_dir=folder))) as http:
        yield http


async def test_a_text_is_indexed_and_its_code_found(tmp_path):
    async with knowledge(tmp_path) as http:
        put = await http.put(
            "/knowledge/documents/symo?wait=20",
            json={"text": FRONIUS, "source": "Notices", "title": "Fronius Symo"},
        )
        found = await http.post("/knowledge/search", json={"query": "st567 symo"})

    assert put.status_code == 200, put.text
    assert put.json()["passages"] == 2
    answer = found.json()
    assert answer["confident"] is True
    assert "isolement" in answer["passages"][0]["text"]
