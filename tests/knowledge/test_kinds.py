"""What a question is about: a kind of device, or past faults."""

import pytest

from knowledge.words.folding import words_of
from knowledge.words.kinds import kinds_in, kinds_said, tells_faults
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


async def test_a_past_fault_may_be_titled_by_its_code_and_a_manual_by_its_device(
    tmp_path,
):
    async with knowledge(tmp_path) as http:
        await put(http, "notice", "E911 – Débit faible : nettoyer le filtre.")
        await put(
            http,
            "sav-3",
            "Filtre propre, E911 la nuit.",
            title="Schmitt, E911",
            outcome="vanne",
        )
        await put(http, "em-2", "Le EM-2 se pose sur rail.", title="Compteur EM-2")
        seen = await search(http, "E911 déjà vu ?")
        device = await search(http, "erreur EM-2")

    assert seen["passages"][0]["document_id"] == "sav-3"
    assert not device["confident"]


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


PUMP = """# Pompe Alto

## Entretien

La pression du circuit se contrôle une fois par an.

## Dépannage

Pression du circuit basse : ouvrir le remplissage, puis le fermer.
"""


async def test_who_tells_a_fault_wants_the_chapter_about_faults(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "alto", PUMP, name="alto.md", title="Alto")
        fault = await search(http, "pas de pression dans le circuit")
        asked = await search(http, "la pression dans le circuit, une fois")

    assert fault["passages"][0]["section"].endswith("Dépannage")
    assert asked["passages"][0]["section"].endswith("Entretien")


@pytest.mark.parametrize(
    "told", ["la pac chauffe plus", "le bloc fait trop de bruit", "pk ca coule"]
)
def test_a_fault_is_told_by_what_does_not_go(told):
    assert "fault" in kinds_said(words_of(told))


@pytest.mark.parametrize(
    "asked",
    [
        "comment changer la sonde de la pac",
        "couple de serrage des bornes",
        "a quelle heure est la coupure",
    ],
)
def test_who_asks_how_or_how_much_tells_no_fault(asked):
    assert "fault" not in kinds_said(words_of(asked))


def test_a_chapter_is_about_faults_by_its_heading_alone():
    assert tells_faults("7. DÉPANNAGE") and tells_faults("Codes d'erreur")
    assert not any(
        tells_faults(heading)
        for heading in ("Plus d'eau chaude", "Mise en service", "Bruit et voisinage")
    )
    assert kinds_in("Guide de dépannage Altherma") == ("report", "heat-pump")
