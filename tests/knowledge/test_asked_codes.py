"""Questions that name a code: which passage explains it, and when there is none."""

import pytest
import pytest_asyncio

from tests.knowledge.service import FRONIUS, knowledge, put, search

HUAWEI = """State 567 : communication perdue avec le dongle.

L'application affiche l'état de la batterie et du compteur.
"""

FAULTS = {
    567: "ventilateur de l'onduleur bloqué, le nettoyer.",
    568: "ventilateur de l'onduleur mal branché, contrôler X4.",
    569: "ventilateur de l'onduleur trop lent, le remplacer.",
}


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


async def test_beside_the_code_that_is_asked_for_no_other_code_is_explained(tmp_path):
    faults = "\n".join(f"State {code} : {what}" for code, what in FAULTS.items())
    prose = "# Ventilation\n\nUn ventilateur propre évite l'échauffement de l'onduleur."

    async with knowledge(tmp_path) as http:
        await put(http, "codes", faults, name="codes.txt")
        await put(http, "prose", prose, name="prose.md")
        one = await search(http, "erreur 567 ventilateur de l'onduleur")
        two = await search(http, "erreurs 567 et 568 ventilateur de l'onduleur")
        none = await search(http, "ventilateur de l'onduleur")

    assert said(one) == {"567", "propre"}
    assert said(two) == {"567", "568", "propre"}
    assert len(said(none)) == 3


@pytest.mark.parametrize("question", ["F2.1", "code F2.1", "vitocal f2,1"])
async def test_beside_a_code_nothing_is_shown_that_only_shares_a_digit(
    question, tmp_path
):
    """The pressure of a vase came with it, for the ``1`` of *1 bar*."""
    code = "Code F2.1 : séparateur de boues encrassé, le nettoyer."
    other = "Le vase se gonfle à 1 bar.\n\nLe relais 2 commande la pompe."

    async with knowledge(tmp_path) as http:
        await put(http, "Vitocal 300-G", code)
        await put(http, "Altherma", other)
        found = await search(http, question)

    assert [one["text"] for one in found["passages"]] == [code]


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


def said(answer) -> set[str]:
    """Which of these the passages say."""
    texts = " ".join(passage["text"] for passage in answer["passages"])
    return {word for word in (*map(str, FAULTS), "propre") if word in texts}


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
