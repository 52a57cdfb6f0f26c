"""What a technician's question finds."""

import pytest

from tests.knowledge.service import FRONIUS, knowledge, put, search


async def test_mistyped_words_are_understood(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "Fronius Symo", FRONIUS)
        found = await search(http, "netoyer ventilatteur radiatuer")

    assert found["confident"]
    assert "ventilateur" in found["passages"][0]["text"]


async def test_the_trades_other_names_are_understood(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(
            http,
            "Guide",
            "La pompe à chaleur dégivre en hiver.\n\nLe disjoncteur protège la ligne.",
        )
        found = await search(http, "pac givre")

    assert "pompe à chaleur" in found["passages"][0]["text"]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("pompe à chaleur", "La PAC démarre"),
        ("combien de newton", "Couple de serrage"),
    ],
)
async def test_names_of_words_that_join_or_ask_are_understood(tmp_path, asked, told):
    async with knowledge(tmp_path) as http:
        await put(
            http,
            "Guide",
            "Couple de serrage : voir plaque.\n\nLa PAC démarre en trois minutes.",
        )
        found = await search(http, asked)

    assert found["confident"]
    assert told in found["passages"][0]["text"]


async def test_passages_that_say_the_same_are_shown_once(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "un", FRONIUS)
        await put(http, "deux", FRONIUS.replace("Contrôler", "contrôler"))
        found = await search(http, "erreur 567", limit=10)

    texts = [p["text"].lower() for p in found["passages"]]
    assert len(texts) == len(set(texts))


async def test_of_passages_that_fit_alike_the_first_of_its_document_comes_first(
    tmp_path,
):
    rooms = ("cuisine", "garage", "cave", "grenier", "salon", "chambre", "bureau")
    text = "\n\n".join(f"## Le {room}\n\nLe filtre du {room}." for room in rooms)
    async with knowledge(tmp_path) as http:
        await put(http, "Maison", text, name="maison.md")
        found = await search(http, "filtre", limit=7, rewrite="never")

    assert [p["section"] for p in found["passages"]] == [f"Le {r}" for r in rooms]


async def test_a_passage_cut_out_of_a_long_text_reads_whole(tmp_path):
    long = " ".join(
        f"Phrase numéro {n} sur le raccordement des câbles et des bornes."
        for n in range(60)
    )
    async with knowledge(tmp_path) as http:
        await put(http, "long", long)
        found = await search(http, "phrase numéro 30 raccordement", limit=1)

    text = found["passages"][0]["text"]
    assert "Phrase numéro 30 " in text
    assert len(text) > 1200


async def test_n8n_gets_the_bare_passages_when_it_asks(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "a", FRONIUS)
        items = await http.post("/knowledge/search?shape=items", json={"query": "567"})

    assert items.json()[0]["document_id"] == "a"


async def test_bare_passages_as_events_are_refused_and_not_answered_otherwise(tmp_path):
    async with knowledge(tmp_path) as http:
        refused = await http.post(
            "/knowledge/search?stream=true&shape=items", json={"query": "567"}
        )

    assert refused.status_code == 422
    problem = refused.json()
    assert problem["code"] == "two_shapes"
    assert [one["field"] for one in problem["errors"]] == ["query.shape"]
    assert "shape=items" in problem["detail"]


async def test_each_stage_says_how_long_it_took(tmp_path):
    async with knowledge(tmp_path) as http:
        found = await search(http, "567")

    assert found["took_ms"].keys() == {
        "question",
        "index",
        "neighbours",
        "confidence",
        "total",
    }
