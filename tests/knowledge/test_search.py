"""What a technician's question finds."""

import pytest
import pytest_asyncio

from tests.knowledge.service import FRONIUS, knowledge, put, search

HUAWEI = """State 567 : communication perdue avec le dongle.

L'application affiche l'état de la batterie et du compteur.
"""


async def test_a_named_brand_parts_two_codes_of_one_name(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "Fronius Symo", FRONIUS)
        await put(http, "Huawei SUN2000", HUAWEI)
        fronius = await search(http, "fronius erreur 567")
        huawei = await search(http, "huawey st 567")

    assert fronius["passages"][0]["document_id"] == "Fronius Symo"
    assert huawei["passages"][0]["document_id"] == "Huawei SUN2000"


async def test_another_brands_code_is_no_answer(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "Fronius Symo", FRONIUS)
        found = await search(http, "erreur 567 sma")

    assert found["confident"] is False
    assert found["answer"].startswith("Je ne trouve pas")
    assert found["answered_by"] == "nothing"


async def test_a_code_that_no_document_has_is_no_answer(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "Fronius Symo", FRONIUS)
        for question in ("fronius erreur 999", "symo E-77", "fronius 0x1234"):
            assert (await search(http, question))["confident"] is False, question


async def test_a_heading_that_is_a_code_below_a_list_of_codes_is_its_entry(tmp_path):
    text = (
        "# Codes d'erreur\n\n## 731\n\nLe ventilateur est bloqué. Nettoyer la grille.\n\n"
        "# Montage\n\n## 12\n\nFixer le rail au mur.\n"
    )
    async with knowledge(tmp_path) as http:
        await put(http, "Zénith PAC", text, name="zenith.md")
        found = await search(http, "zénith erreur 731, grille pleine de nids de guêpes")
        missed = await search(http, "zénith erreur 12")

    assert found["confident"]
    assert "ventilateur est bloqué" in found["passages"][0]["text"]
    assert not missed["confident"]


async def test_a_mistyped_word_leaves_the_code_beside_it_whole(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "Alezio", "H02.07 : manque d'eau, compléter la pression.")
        found = await search(http, "pressoin h02.07")

    assert found["confident"]
    assert "H02.07" in found["passages"][0]["text"]


async def test_a_code_typed_with_blanks_is_found(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "Alezio", "H02.07 : manque d'eau.\n\nH02.36 : module absent.")
        await put(http, "Autre", "H02 : horloge perdue.")
        found = await search(http, "alezio H 02 36")

    assert found["confident"]
    assert found["passages"][0]["text"].startswith("H02.36")


async def test_a_named_brand_stands_before_anothers_entry_in_the_words_of_the_question(
    tmp_path,
):
    async with knowledge(tmp_path) as http:
        await put(http, "Daikin Altherma", "Erreur E7 : ventilateur bloqué, erreur E7.")
        await put(
            http, "Wallbox Pulsar", "La borne montre alors E7 et se limite à 6 A."
        )
        found = await search(http, "pulsar erreur E7")

    assert found["confident"]
    assert found["passages"][0]["document_id"] == "Wallbox Pulsar"


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


async def test_odd_questions_are_answered(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "a", FRONIUS)
        for question in (
            "?",
            "🔥🔥",
            "a" * 2000,
            "567 " * 400,
            "%%$ []{}",
            "ﬀ ½ Ⅻ",
        ):
            assert "confident" in await search(http, question)


CODES = """Codes
=====

U4-01 : erreur de transmission entre les unités. Contrôler les bornes 1, 2 et 3.

F:0x8013 : courant de défaut continu. Contrôler le véhicule.

3302 : fonctionnement instable. Contrôler la neige et l'ombre.

Erreur 411 : liaison interne coupée. Redémarrer.
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def alarms(tmp_path_factory):
    """One service for all questions about its one document."""
    async with knowledge(tmp_path_factory.mktemp("alarms")) as http:
        await put(http, "notice", CODES, title="Notice d'alarme des appareils")
        yield http


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("daikin u401", "transmission"),
        ("erreur u401", "transmission"),
        ("f8013", "courant de défaut"),
        ("sma3302 ca demarre pas", "instable"),
        ("sma-3302", "instable"),
        ("alarme sma 3302", "instable"),
        ("e411", "liaison interne"),
        ("alarme sma 2099", ""),
        ("code daikin u7", ""),
    ],
)
@pytest.mark.asyncio(loop_scope="module")
async def test_codes_are_found_glued_to_a_brand_or_without_their_joints(
    question, answer, alarms
):
    found = await search(alarms, question)

    assert found["confident"] == bool(answer)
    assert answer in found["passages"][0]["text"]


PARTED = """# Défauts

| Code | Sous-code | Description |
|---|---|---|
| 7H | 01 | Débit d'eau insuffisant au chauffage |
| 7H | 04 | Débit d'eau insuffisant au ballon |
| UA | 17 | Le ballon n'est pas du bon type |
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def faults(tmp_path_factory):
    async with knowledge(tmp_path_factory.mktemp("faults")) as http:
        await put(http, "notice", PARTED, name="pac.md")
        yield http


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("7H04", "au ballon"),
        ("7h-01", "au chauffage"),
        ("ua-17", "bon type"),
        ("erreur 7h-05", ""),
        ("erreur 17", ""),
    ],
)
@pytest.mark.asyncio(loop_scope="module")
async def test_a_code_and_its_sub_code_in_two_columns_are_one(question, answer, faults):
    found = await search(faults, question)

    assert found["confident"] == bool(answer)
    assert not answer or answer in found["passages"][0]["text"]
