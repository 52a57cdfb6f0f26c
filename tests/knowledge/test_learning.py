"""What thumbs and questions without an answer teach."""

import asyncio

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from chassis.database import open_database, service_url
from knowledge.documents.tables import metadata, searches
from knowledge.search.learning import Asked, Learning
from knowledge.search.thumbs import LIFT
from tests.knowledge.service import FRONIUS, knowledge, put, search

ENTRIES = """E1 : le ventilateur du local est contrôlé chaque année par le monteur.

E2 : le ventilateur du local est contrôlé chaque mois par le gardien.
"""


async def test_a_thumb_is_stored_and_a_second_one_counts_instead(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "symo", FRONIUS)
        found = await search(http, "erreur 567")
        given = [
            await http.post(
                "/knowledge/feedback",
                json={"search_id": found["search_id"], "useful": useful},
            )
            for useful in (True, False, True)
        ]
        stats = (await http.get("/knowledge/stats")).json()
        unknown = await http.post(
            "/knowledge/feedback", json={"search_id": "none", "useful": True}
        )

    assert [answer.status_code for answer in given] == [204, 204, 204]
    assert (stats["useful"], stats["useless"]) == (1, 0)
    assert stats["useful_passages"][0]["document_id"] == "symo"
    assert unknown.status_code == 404


async def test_questions_without_an_answer_say_which_document_is_missing(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "symo", FRONIUS)
        for question in (
            "victron voyant overload",
            "Victron voyant overload",
            "erreur 567",
        ):
            await search(http, question)
        stats = (await http.get("/knowledge/stats")).json()

    assert (stats["searches"], stats["unanswered"]) == (3, 2)
    assert stats["unanswered_questions"][0]["query"] == "victron voyant overload"
    assert stats["unanswered_questions"][0]["times"] == 2


async def test_a_source_that_there_is_not_leaves_no_question_without_an_answer(
    tmp_path,
):
    """A document under that name is not what is missing."""
    async with knowledge(tmp_path) as http:
        await put(http, "symo", FRONIUS)
        await search(http, "erreur 567", sources=["Noticse"])
        await search(http, "erreur 999", sources=["Noticse", "Notices"])
        stats = (await http.get("/knowledge/stats")).json()

    unanswered = [question["query"] for question in stats["unanswered_questions"]]
    assert (stats["searches"], stats["unanswered"]) == (2, 1)
    assert unanswered == ["erreur 999"]


async def test_a_liked_passage_is_lifted_for_like_questions_within_a_bound(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "guide", ENTRIES)
        before = await search(http, "ventilateur local contrôlé")
        for _ in range(5):
            liked = await search(http, "contrôlé ventilateur local gardien")
            await http.post(
                "/knowledge/feedback",
                json={"search_id": liked["search_id"], "useful": True},
            )
        lifted = await search(http, "ventilateur local contrôlé")
        unlike = await search(http, "monteur chaque année")

    scores = {p["text"]: p["score"] for p in before["passages"]}
    first = lifted["passages"][0]
    assert first["text"].startswith("E2")
    assert first["score"] - scores[first["text"]] == pytest.approx(LIFT, abs=0.001)
    assert unlike["passages"][0]["text"].startswith("E1")


@pytest.fixture
async def engine(tmp_path):
    opened = await open_database(service_url(None, tmp_path, "knowledge"), metadata)
    yield opened
    await opened.dispose()


def asked(name: str) -> Asked:
    return Asked(name, f"question {name}", False, ())


async def test_searches_that_a_database_did_not_take_are_stored_when_it_does(engine):
    learning = Learning(engine)
    learning.remember(asked("one"))
    async with engine.begin() as connection:
        await connection.run_sync(searches.drop)
    with pytest.raises(OperationalError):
        await learning.flush()
    learning.remember(asked("two"))
    async with engine.begin() as connection:
        await connection.run_sync(searches.create)

    await learning.feedback("one", useful=True)

    stats = await learning.stats()
    assert (stats.searches, stats.useful) == (2, 1)


async def test_a_thumb_that_comes_while_its_search_cannot_be_stored_is_not_refused(
    engine,
):
    """It would be lost: nobody sends again what there is no search for."""
    learning = Learning(engine)
    learning.remember(asked("one"))
    async with engine.begin() as connection:
        await connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON knowledge_searches"
            " BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END"
        )

    failed = await asyncio.gather(
        learning.flush(), learning.feedback("one", useful=True), return_exceptions=True
    )
    async with engine.begin() as connection:
        await connection.exec_driver_sql("DROP TRIGGER full")
    await learning.feedback("one", useful=True)

    assert [type(error) for error in failed] == [IntegrityError, IntegrityError]
    assert (await learning.stats()).useful == 1


async def test_the_oldest_searches_are_forgotten_but_not_what_was_judged(engine):
    learning = Learning(engine, kept=3)
    for number in range(6):
        learning.remember(asked(str(number)))
    await learning.feedback("0", useful=False)

    await learning.forget()

    stats = await learning.stats()
    left = {question.query for question in stats.unanswered_questions}
    assert left == {f"question {number}" for number in (0, 3, 4, 5)}
