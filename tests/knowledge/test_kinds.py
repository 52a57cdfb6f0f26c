"""What a question is about: a kind of device, or past faults."""

from knowledge.words.folding import words_of
from knowledge.words.kinds import kinds_in, kinds_said
from tests.knowledge.service import knowledge, put, search

CHARGER = (
    "L'appareil se nettoie avec un chiffon humide. Le filtre se remplace chaque année."
)
VENTILATION = f"L'appareil est silencieux. {CHARGER}"
SEEN = "Chez M. Weber à Barr : l'appareil était bruyant, le filtre a été remplacé."


def test_a_question_names_kinds_and_a_document_its_devices_too():
    assert kinds_said(words_of("les deux bornes et la pompe à chaleur")) == (
        "charger",
        "heat-pump",
    )
    assert kinds_said(words_of("la sauvegarde du compresseur")) == ()
    assert kinds_said(words_of("le sun2000 clignote")) == ()
    assert kinds_in("Huawei SUN2000 – guide") == ("inverter",)
    assert kinds_in("Comptes rendus SAV") == ("report",)


async def test_the_manual_of_the_kind_that_is_named_comes_first(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "a", CHARGER, title="Easee Charge")
        await put(http, "b", VENTILATION, title="Aldes InspirAIR")
        charger = await search(http, "remplacer le filtre de la borne")
        ventilation = await search(http, "remplacer le filtre de la double flux")

    assert charger["passages"][0]["document_id"] == "a"
    assert ventilation["passages"][0]["document_id"] == "b"
    assert charger["confident"] and ventilation["confident"]


async def test_who_asks_whether_it_was_seen_before_gets_the_report(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "notice", f"Un appareil bruyant est mal calé. {CHARGER}")
        await put(http, "sav-12", SEEN, title="Barr", outcome="filtre remplacé")
        asked = await search(http, "appareil bruyant")
        seen = await search(http, "appareil bruyant, déjà vu ?")

    assert asked["passages"][0]["document_id"] == "notice"
    assert seen["passages"][0]["document_id"] == "sav-12"


async def test_a_past_fault_with_a_code_stands_before_the_entry_of_the_manual(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(
            http, "notice", "L9 – Débit faible, pompe en marche : nettoyer le filtre."
        )
        await put(
            http, "sav-9", "Weber : code L9, pompe en marche.", outcome="vanne ouverte"
        )
        seen = await search(http, "L9 pompe en marche, quelqu'un a déjà vu ça ?")
        asked = await search(http, "L9 pompe en marche, filtre déjà nettoyé")

    assert seen["passages"][0]["document_id"] == "sav-9"
    assert asked["passages"][0]["document_id"] == "notice"


def test_who_tells_what_he_did_asks_for_no_report():
    for told in (
        "j'ai déjà changé la sonde",
        "la dernière version du firmware",
        "on avait 1 bar hier",
        "d'autres fois elle démarre",
        "la borne d'à côté a le même problème",
    ):
        assert "report" not in kinds_said(words_of(told))
    for asked in ("c'était chez quel client", "l'autre fois on a fait quoi"):
        assert kinds_said(words_of(asked)) == ("report",)
