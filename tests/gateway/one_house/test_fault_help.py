"""What a technician gets after *Alerte SAV*: help from knowledge, and thumbs to judge it by."""

import httpx
import pytest

from chassis.telegram import Button
from contracts.errors import Broken, Rejected, ServiceError, Unavailable
from tests.gateway.house import House
from tests.gateway.knowledge_peer import SYMO

pytestmark = pytest.mark.asyncio(loop_scope="module")
SETTINGS = {"quiet_s": 0.2}
FAULT = "onduleur Fronius affiche erreur 567"


def helps(house: House) -> list[str]:
    """What Jean read of help, in its order."""
    heads = ("💡", "🔎")
    return [m.text for m in house.jean.chat if m.text.startswith(heads)]


async def test_passages_follow_the_receipt(house: House, gateway: httpx.AsyncClient):
    await house.report_fault(FAULT)
    shown = await house.jean.sees("💡")

    receipt = await house.jean.sees("Rapport enregistré")
    assert shown.text == (
        "💡 Ça peut t'aider — Müller\n\n"
        "📄 Fronius Symo 10.0-3-M, p. 87\n"
        "567 : défaut d'isolement côté DC. Mesurer chaque string à la terre."
    )
    assert shown.labels == ["👍 Utile", "👎 Pas utile"]
    assert shown.id > receipt.id
    assert house.knowledge.asked == [FAULT]


async def test_a_models_leads_stand_with_the_sources_they_cite(
    house: House, gateway: httpx.AsyncClient
):
    house.knowledge.passages = (SYMO, SYMO.model_copy(update={"title": "Autre"}))
    house.knowledge.leads = "1. Mesurer l'isolement de chaque string [1]"

    await house.report_fault(FAULT)

    assert (await house.jean.sees("💡")).text == (
        "💡 Pistes à vérifier — Müller\n"
        "1. Mesurer l'isolement de chaque string [1]\n\n"
        "[1] Fronius Symo 10.0-3-M, p. 87"
    )


async def test_nothing_found_is_said_in_a_sentence(
    house: House, gateway: httpx.AsyncClient
):
    house.knowledge.passages = ()

    await house.report_fault(FAULT)

    shown = await house.jean.sees("je ne trouve pas")
    assert shown.labels == []


async def test_the_report_joins_the_history_after_the_search(
    house: House, gateway: httpx.AsyncClient
):
    await house.report_fault(FAULT)
    await house.until_step(gateway, "history", "done")

    [report] = await house.reports(gateway)
    [document] = house.knowledge.documents[report["report_id"]]
    assert (document.source, document.text) == ("Historique SAV", FAULT)
    assert document.title.startswith("SAV Müller — ")
    assert document.tags == ("sav", "chantier:Müller")


async def test_an_edited_fault_is_corrected_in_the_history_and_helped_once(
    house: House, gateway: httpx.AsyncClient
):
    told = await house.report_fault("erreur 576")
    await house.until_step(gateway, "history", "done")

    await house.jean.edit(told, "erreur 567")
    [report] = await house.reports(gateway)
    documents = house.knowledge.documents[report["report_id"]]
    await house.until(lambda: len(documents) == 2)
    await house.until_step(gateway, "help", "done")
    await house.until_filed(gateway)

    assert [document.text for document in documents] == ["erreur 576", "erreur 567"]
    assert len(helps(house)) == 1


@pytest.mark.parametrize("trouble", [Unavailable("away"), Broken("its own fault")])
async def test_an_absent_knowledge_keeps_no_report_back_and_helps_later(
    house: House, gateway: httpx.AsyncClient, trouble: ServiceError
):
    house.knowledge.failing = trouble

    await house.report_fault(FAULT)
    await house.jean.sees("Rapport enregistré")
    await house.until_filed(gateway)
    await house.until_step(gateway, "help", "waiting")
    assert helps(house) == []

    house.knowledge.failing = None
    await house.jean.sees("💡")
    await house.until_step(gateway, "history", "done")
    assert len(helps(house)) == 1


async def test_a_slow_knowledge_does_not_disturb_the_next_report(
    house: House, gateway: httpx.AsyncClient
):
    house.knowledge.wait_s = 1.5
    await house.report_fault(FAULT)
    await house.jean.sees("Rapport enregistré")

    await house.choose_chantier()
    await house.jean.send_photo(house.jpeg(1))
    await house.jean.sees("1 photo reçue")
    await house.jean.sees("💡")
    await house.jean.press("Utile")
    await house.jean.send_photo(house.jpeg(2))
    await house.jean.sees("2 photos reçues")
    await house.jean.press("Envoyer")

    await house.jean.sees("📸 2 photos → ")
    assert len(helps(house)) == 1


async def test_a_question_that_knowledge_refuses_ends_the_help(
    house: House, gateway: httpx.AsyncClient
):
    house.knowledge.failing = Rejected("not a question")

    await house.report_fault(FAULT)

    step = await house.until_step(gateway, "help", "failed")
    assert step["last_error"] == (
        "help_given_up: The technician got no help: not a question"
    )
    await house.until_filed(gateway)


async def test_a_thumb_counts_once_and_is_thanked_for(
    house: House, gateway: httpx.AsyncClient
):
    await house.report_fault(FAULT)
    shown = await house.jean.sees("💡")

    answer = await house.jean.press("👎")
    await house.jean.press("👍", on=shown)
    await house.until(lambda: bool(house.knowledge.thumbs))
    await house.jean.press("Merci")

    assert answer.text == "Merci 🙏"
    thanked = await house.jean.sees("💡")
    assert (thanked.id, thanked.text) == (shown.id, shown.text)
    assert thanked.labels == ["Merci 🙏"]
    assert house.knowledge.thumbs == [False]


async def test_a_thumb_waits_for_an_absent_knowledge(
    house: House, gateway: httpx.AsyncClient
):
    await house.report_fault(FAULT)
    await house.jean.sees("💡")
    house.knowledge.failing = Unavailable("away")

    await house.jean.press("👍")
    thanked = await house.jean.sees("💡")
    await house.until(lambda: thanked.labels == ["Merci 🙏"])
    house.knowledge.failing = None

    await house.until(lambda: house.knowledge.thumbs == [True])


async def test_a_person_cannot_judge_what_another_was_shown(
    house: House, gateway: httpx.AsyncClient
):
    await house.report_fault(FAULT)
    await house.jean.sees("💡")
    eve = house.telegram.add_user("Eve", "Weber")
    house.groups["sav"].add(eve)
    await eve.send("/start")
    await eve.sees("Bonjour")
    [report] = await house.reports(gateway)
    await house.parts.session.send_text(
        eve.id,
        "?",
        key="eve",
        buttons=((Button("👍", f"up:{report['report_id']}:0"),),),
    )

    answer = await eve.press("👍")

    assert "plus valable" in (answer.text or "")
    assert house.knowledge.thumbs == []
