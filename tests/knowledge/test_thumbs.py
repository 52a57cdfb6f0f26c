"""Votes of like questions, and of no others."""

import random

import pytest

from chassis.database import open_database, service_url
from knowledge.documents.tables import metadata
from knowledge.search.learning import Asked, Learning
from knowledge.search.thumbs import LIFT, Thumbs

WORDS = [
    "onduleur",
    "batterie",
    "ventilateur",
    "câble",
    "voyant",
    "pompe",
    "borne",
    "erreur",
    "fusible",
    "sonde",
]


def like(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= 0.6 * len(one | other)


def test_each_like_question_is_found_and_no_other():
    chance = random.Random(3)
    asked = [frozenset(chance.sample(WORDS, chance.randint(1, 7))) for _ in range(300)]
    thumbs = Thumbs()
    for number, words in enumerate(asked):
        thumbs.count(" ".join(words), f"p{number}", 1)

    for words in asked[:100]:
        near = {f"p{n}" for n, other in enumerate(asked) if like(words, other)}
        assert thumbs.lifts(" ".join(words)).keys() == near


@pytest.mark.parametrize("again", [False, True])
async def test_of_two_thumbs_for_one_search_the_last_counts(tmp_path, again):
    engine = await open_database(service_url(None, tmp_path, "knowledge"), metadata)
    learning = Learning(engine)
    best = {"document_id": "d", "title": "t", "page": 1, "digest": "best"}
    learning.remember(Asked("one", "fusible de la borne", True, (best,)))

    await learning.feedback("one", useful=True)
    await learning.feedback("one", useful=again)
    lifts = learning.lifts("le fusible de la borne")
    await engine.dispose()

    assert lifts == {"best": pytest.approx(LIFT / 2 if again else -LIFT / 2)}
