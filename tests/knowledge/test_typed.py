"""Questions as technicians type them, with the real service: what is one word, one quantity."""

import pytest

from knowledge.search.questions import understood
from knowledge.words.lexical import word_tokens
from knowledge.words.vocabulary import MOST_MENDED, SYNONYM_WEIGHT, Vocabulary
from tests.knowledge.service import knowledge, put, search

SMA = """Événements

3501 : défaut d'isolement, contrôler chaque chaîne.

Caractéristiques : puissance assignée 5000 W, poids 17,5 kg.
"""


async def test_a_number_before_tl_is_a_power_and_no_code(tmp_path):
    """``SMA 5000TL``: the question is about the device, whatever codes its notice has."""
    async with knowledge(tmp_path) as http:
        await put(http, "sma", SMA, title="SMA Sunny Boy 5.0")
        of_device = await search(http, "erreur sma 5000 tl puissance")
        of_code = await search(http, "erreur sma 5000")

    assert of_device["confident"]
    assert not of_code["confident"]


async def test_a_time_is_a_quantity_however_its_unit_is_written(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "a", "Pas d'injection au cours des 24 heures : vérifier.")
        await put(http, "b", "Pas d'injection pendant la nuit : normal.")
        found = await search(http, "pas d'injection 24h")

    assert found["passages"][0]["document_id"] == "a"


async def test_a_mended_word_that_the_passage_lacks_speaks_against_it(tmp_path):
    """*démarquer* is not *démarrer*: a guess that does not even fit is no reason to believe."""
    async with knowledge(tmp_path) as http:
        await put(http, "pac", "Le circuit chauffe l'eau du ballon.", title="PAC")
        for n in range(8):
            await put(http, f"d{n}", f"Démarrer le point {n} du menu, puis attendre.")
        found = await search(http, "démarquer un chauffe-bain à gaz, eau")

    assert not found["confident"]


async def test_a_report_whose_title_names_its_code_is_found_by_it(tmp_path):
    async with knowledge(tmp_path) as http:
        text = "La PAC affichait U4, fil de bus refait aux bornes."
        await put(http, "sav-7", text, title="SAV Meyer – erreur U4")
        await put(http, "other", "Le bus de la PAC est posé aux bornes.", title="Pose")
        found = await search(http, "erreur U4")

    assert found["confident"]
    assert found["passages"][0]["document_id"] == "sav-7"


async def test_a_word_that_the_documents_call_otherwise_is_not_mistyped(tmp_path):
    """*Prix* is no *pris*, and *coincée* is another form of what is known to be *bloqué*."""
    async with knowledge(tmp_path) as http:
        await put(http, "a", "L'air est pris dans la pièce par la gaine.")
        await put(http, "b", "Fiche bloquée : couper le disjoncteur, puis tirer.")
        untold = await search(http, "prix gaine")
        told = await search(http, "fiche coincée")

    assert not untold["confident"]
    assert told["passages"][0]["document_id"] == "b"
    assert told["confident"]


async def test_what_is_said_around_the_question_does_not_count(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "a", "Fumée : évacuer, puis appeler les pompiers au 18.")
        for n in range(8):
            await put(http, f"d{n}", f"Le menu {n} de la PAC règle la température.")
        found = await search(
            http, "salut, alors voilà ça fume ici, tu sais ce que je dois faire ?"
        )

    assert found["confident"]


async def test_a_word_typed_without_its_dash_is_the_two_words(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "iq", "Les micro-onduleurs muets : détecter les appareils.")
        await put(http, "onduleur", "Les onduleurs sont accrochés au mur.")
        found = await search(http, "microonduleurs muets")

    assert found["confident"]
    assert found["passages"][0]["document_id"] == "iq"


FAULTS = """# Carnet

## M. Adam
GoodWe : un câble frottait sur un rail.

## M. Weiss
LG RESU : carte grillée par l'orage, remplacée sous garantie.
"""


async def test_a_report_about_one_brand_does_not_answer_for_its_neighbours(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "log", FAULTS, title="Carnet", name="log.md")
        for n in range(8):
            await put(http, f"d{n}", f"GoodWe : le point {n} du menu.", title="Menu")
        other = await search(http, "goodwe garantie")
        own = await search(http, "garantie lg resu")

    assert not other["confident"]
    assert own["confident"]


async def test_the_name_of_a_document_alone_is_no_passage(tmp_path):
    """A browser prints a long title as two headings."""
    text = "# Onduleur hybride GW8K\n\n# Notice de pose\n\n## Mur\n\nIl pèse 24 kg.\n"
    async with knowledge(tmp_path) as http:
        await put(http, "gw", text, title="Notice", name="gw.md")
        found = await search(http, "poids onduleur gw8k")

    assert [one["text"] for one in found["passages"]] == ["Il pèse 24 kg."]


def test_words_that_only_ask_are_not_mended():
    """*vous* is not *sous*, *dire* not *dure*, *dont* not *données*."""
    known = Vocabulary(9, {"sous": 2, "dure": 1, "donnees": 1, "cher": 1, "debit": 1})

    question = understood("dont le debti, pourriez-vous me dire, chez vous", known)

    assert question.text == "dont le debit, pourriez-vous me dire, chez vous"
    assert [term.token for term in question.terms] == list(word_tokens("debit"))


def test_only_the_first_strange_words_of_a_question_are_compared_with_all_words():
    """Each takes milliseconds in a large library, in which the service does nothing else."""
    known = Vocabulary(9, {"ventilateur": 2, "glace": 1})
    mistyped = [f"ventilateur{a}{b}" for a in "bcfg" for b in "kmrvl"]

    question = understood(f"{' '.join(mistyped)} glacce", known)

    words = question.text.split()
    assert words == ["ventilateur"] * MOST_MENDED + [*mistyped[MOST_MENDED:], "glacce"]


def test_a_mistyped_word_may_be_one_that_no_document_has():
    """*alumer* is *allumer*, by its sound; *paie* is asked for as it is and not *pale*, and *salon* is not *salin*."""
    known = Vocabulary(9, {"demarrer": 2, "pale": 1, "pylontech": 1})

    asked = ("alumer la pylontech", "fiche de paie", "fuite dans le salon")
    meant = [understood(question, known).text for question in asked]

    assert meant == ["allumer la pylontech", "fiche de paie", "fuite dans le salon"]


def test_a_listed_name_is_no_other_word_however_near():
    """*alfen* is no *alfea*, *frisquet* no *risque*; glued words are still the name that documents have."""
    words = ("alfea", "risque", "solar", "erga04", "stiebel", "eltron")
    known = Vocabulary(9, dict.fromkeys(words, 1))

    asked = ("alfen", "frisquet", "solax", "erga", "stiebeleltron", "dedietrich")
    meant = [known.meant(name).word for name in asked]

    assert meant == [*asked[:3], "erga04", "stiebel eltron", "de dietrich"]


@pytest.mark.parametrize("question", ["alfen clignote rouge", "code 12 de frisquet"])
async def test_a_name_near_another_devices_is_not_answered_from_its_manual(
    tmp_path, question
):
    notice = "Un voyant clignote rouge : risque de gel.\n\nCode 12 : sonde coupée."
    async with knowledge(tmp_path) as http:
        await put(http, "alfea", notice, title="Atlantic Alféa Extensa")
        found = await search(http, question)

    assert not found["confident"]


def test_words_of_a_hurry_name_nothing():
    known = Vocabulary(9, {"badge": 1, "borne": 1, "plus": 1, "panne": 1})

    question = understood("kelkun peu maider ? le badge marche plu pcq", known)

    assert word_tokens("badge")[0] in {term.token for term in question.terms}
    assert {term.token for term in question.terms}.isdisjoint(
        t for word in ("kelkun", "peu", "plu", "pcq") for t in word_tokens(word)
    )


def test_another_name_weighs_two_thirds_of_the_word_at_most():
    """However many words it has, and however rare they are beside the one that was typed."""
    known = Vocabulary(99, {"circu": 50, "circulateur": 1, "pompe": 60})

    typed = understood("circu", known)

    weights = dict(zip(*typed.words, strict=True))
    circu, long, pump = (
        word_tokens(word)[0] for word in ("circu", "circulateur", "pompe")
    )
    assert weights[circu] == 1.0
    assert weights[pump] == SYNONYM_WEIGHT / 2
    most = known.rarity(circu) * SYNONYM_WEIGHT
    assert weights[long] * known.rarity(long) == pytest.approx(most)


async def test_a_question_that_tells_more_than_it_asks_is_answered(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "pac", "Ventilateur bloqué par la glace : dégivrer.", title="A")
        for n in range(20):
            await put(http, f"d{n}", f"Le point {n} du menu règle la pente.", title="B")
        told = await search(
            http, "le collègue revient mardi avec son échelle, ventilateur bloqué glace"
        )
        untold = await search(http, "le collègue revient mardi avec son échelle, pente")

    assert told["confident"]
    assert told["passages"][0]["document_id"] == "pac"
    assert not untold["confident"]
