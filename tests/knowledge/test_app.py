"""The service as it starts with nothing configured."""

from knowledge.app import create_app
from knowledge.settings import KnowledgeSettings
from tests.conftest import Running


async def test_a_search_of_an_empty_index_answers_honestly(running: Running, tmp_path):
    async with running(create_app(KnowledgeSettings(data_dir=tmp_path))) as http:
        response = await http.post("/knowledge/search", json={"query": "erreur 567"})

    answer = response.json()
    assert response.status_code == 200
    assert answer["passages"] == []
    assert answer["answered_by"] == "nothing"
    assert answer["confident"] is False
    assert answer["mode"] == "lexical"
