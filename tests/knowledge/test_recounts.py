"""An index that was made again counts its words anew, whatever stops the service between the two."""

import json
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from tests.knowledge.service import knowledge, put
from tests.knowledge.tiny_model import write_tiny_model
from tests.waiting import until

DOCUMENTS = 12


@pytest.mark.slow
async def test_a_stop_between_a_new_index_and_its_recounts_is_made_up_for(tmp_path):
    model = write_tiny_model(tmp_path / "model")
    async with knowledge(tmp_path, knowledge_model_dir=model) as http:
        for number in range(DOCUMENTS):
            await put(http, f"d{number}", f"State {number} : contrôler le disjoncteur.")
    right = words_in(tmp_path)
    as_older_rules_left_it(tmp_path)

    async with knowledge(tmp_path, knowledge_model_dir=model):
        await until(partial(is_switched, tmp_path), look_s=0.001)
    stopped_early = words_in(tmp_path) != right
    async with knowledge(tmp_path, knowledge_model_dir=model):
        await until(lambda: words_in(tmp_path) == right, what="the recounts")

    assert stopped_early


def catalogue(folder: Path) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(folder / "knowledge" / "knowledge.sqlite"))


def words_in(folder: Path) -> list[tuple[str, str, int]]:
    with catalogue(folder) as rows:
        return rows.execute(
            "SELECT version, word, passages FROM knowledge_words ORDER BY 1, 2"
        ).fetchall()


def noted(folder: Path) -> dict[str, object]:
    with catalogue(folder) as rows:
        query = "SELECT value FROM knowledge_state WHERE name = 'index'"
        [[value]] = rows.execute(query)
    found: dict[str, object] = json.loads(value)
    return found


def as_older_rules_left_it(folder: Path) -> None:
    """As many passages, with other words counted."""
    older = json.dumps(noted(folder) | {"rules": 0})
    with catalogue(folder) as rows:
        rows.execute("UPDATE knowledge_words SET word = 'older-' || word")
        rows.execute(
            "UPDATE knowledge_state SET value = ? WHERE name = 'index'", (older,)
        )
        rows.commit()


async def is_switched(folder: Path) -> bool:
    return noted(folder)["rules"] != 0
