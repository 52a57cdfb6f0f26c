"""Which answers are believed: brands that no document has, words in common by chance."""

import pytest
import pytest_asyncio

from demo.fault import MANUAL, SAID_OF_IT
from tests.knowledge.service import FRONIUS, knowledge, put, search
from tests.knowledge.tiny_model import write_tiny_model

KEBA = """# Keba P30
## Voyants
| Voyant | Sens |
|---|---|
| rouge clignotant | défaut de la borne, couper puis remettre le courant |
| bleu fixe | charge en cours |
## Pose
Le pompage de l'eau du regard se fait à midi, avant la pose. Un fil du réseau va au passe-fil, la masse à la terre. Code 612 : compteur muet. La borne se fixe au mur par quatre vis de 8 mm.
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def borne(tmp_path_factory):
    async with knowledge(tmp_path_factory.mktemp("keba")) as http:
        await put(http, "p30", KEBA, title="Keba P30")
        for n in range(12):
            await put(
                http, f"d{n}", f"Remplacer le filtre {n} par un neuf de type F{n}7."
            )
        yield http


@pytest.mark.parametrize(
    "question",
    [
        "huawei voyant rouge clignotant",
        "onduleur fronius voyant rouge clignote",
        "easee bleu fixe",
        "wallbox pulsar voyant rouge clignotant",
        "ma pulsar reste bleu fixe",
        "le camion a un voyant rouge qui clignote",
        "on mange quoi ce midi au restaurant",
        "la voiture de service est garee au mur",
        "ca pese combien la keba p30",
        "je mets la keba p30 sur le wifi",
        "ref de la keba p30",
        "la keba affiche 734",
        "la p30 met 1204 en rouge clignotant",
    ],
)
@pytest.mark.asyncio(loop_scope="module")
async def test_another_brand_or_a_word_by_chance_is_not_believed(question, borne):
    assert not (await search(borne, question))["confident"]


@pytest.mark.parametrize(
    "question",
    [
        "keba voyant rouge clignotant",
        "voyant rouge clignotant",
        "ma wallbox clignote rouge",
        "wallbox keba bleu fixe",
        "combien de vis au mur",
        "le compteur affiche 0612",
        "keba rouge clignotant, le compteur affiche 230 volts",
        "keba rouge clignotant, elle met 3 minutes",
        "keba rouge clignotant, il sort 400 V",
    ],
)
@pytest.mark.asyncio(loop_scope="module")
async def test_who_says_wallbox_may_have_any_charger(question, borne):
    found = await search(borne, question)

    assert found["confident"]
    assert found["passages"][0]["document_id"] == "p30"


async def test_an_answer_is_not_refused_for_what_meaning_puts_before_it(tmp_path):
    model = write_tiny_model(tmp_path / "model")
    async with knowledge(
        tmp_path / "data", knowledge_model_dir=model, knowledge_dense_weight=0.9
    ) as http:
        await put(http, "vanne", "La vanne de la bouteille tampon, sous le capot bleu.")
        # The letters of the question: to the tiny model it says the same.
        await put(http, "letters", "dument va nonap")
        both = await search(http, "vanne du tampon")
        one = await search(http, "vanne du tampon", limit=1)

    assert [p["document_id"] for p in both["passages"]] == ["vanne", "letters"]
    assert both["confident"]
    assert [p["document_id"] for p in one["passages"]] == ["vanne"]
    assert one["confident"]


@pytest.mark.parametrize(
    "question",
    [
        "transporter la pac couchee dans le camion",
        "quelle pompe dans le fourgon",
        "le camion de transport, on sangle la pac comment",
    ],
)
async def test_what_a_notice_says_of_a_lorry_is_believed(tmp_path, question):
    notice = "Transport : debout, jamais la PAC couchée, sangler par le socle."
    async with knowledge(tmp_path) as http:
        await put(http, "pac", notice, title="PAC")
        await put(http, "p07", "Pompe de rinçage dans le fourgon.", title="P-07")
        found = await search(http, question)

    assert found["confident"]


@pytest.mark.parametrize(
    ("question", "believed"),
    [
        ("onduleur Soléa erreur E-34", True),
        ("onduleur Fronius erreur E-34", False),
        ("Fronius E-34", False),
    ],
)
async def test_the_manual_of_the_run_answers_for_its_own_brand(
    question, believed, tmp_path
):
    async with knowledge(tmp_path) as http:
        sent = await http.put(
            "/knowledge/documents/demo",
            params={"wait": "30"} | SAID_OF_IT,
            headers={"Content-Type": "text/markdown"},
            content=MANUAL.read_bytes(),
        )
        answer = await search(http, question)

    assert sent.status_code == 200
    assert answer["confident"] == believed


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def brandless(tmp_path_factory):
    async with knowledge(tmp_path_factory.mktemp("brandless")) as http:
        await put(http, "symo", FRONIUS, title="Fronius Symo")
        await put(http, "coffret", "Code E-34 : le parafoudre du coffret est usé.")
        yield http


@pytest.mark.parametrize(
    ("question", "believed"),
    [
        ("Fronius E-34", False),
        ("fronius affiche E34", False),
        ("E-34", True),
        ("deye E-34", True),
        ("fronius isolement trop faible", True),
    ],
)
@pytest.mark.asyncio(loop_scope="module")
async def test_a_manual_of_no_brand_explains_no_code_of_a_brand_with_documents(
    question, believed, brandless
):
    found = await search(brandless, question)

    assert found["confident"] == believed
