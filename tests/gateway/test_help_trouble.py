"""Help on a fault while the gateway stops, and while knowledge or Telegram is away."""

import pytest

from contracts.errors import Unavailable
from tests.gateway.house import House


async def test_help_that_was_found_before_a_stop_is_shown_once_after_it(house: House):
    async with house.gateway() as gateway:
        await house.describe_fault("erreur 567")
        house.nextcloud.faults.slow(5)
        await house.jean.press("Envoyer")
        await house.until(lambda: bool(house.knowledge.asked))
        step = await house.step(gateway, "help")
        assert step["state"] != "done"

    house.nextcloud.faults.clear()
    async with house.gateway() as gateway:
        await house.jean.sees("💡")
        await house.until_step(gateway, "history", "done")

    assert house.knowledge.asked == ["erreur 567"]
    assert sum("💡" in m.text for m in house.jean.chat) == 1


async def test_help_is_given_up_in_time_and_the_fault_remembered_all_the_same(
    house: House,
):
    house.knowledge.failing = Unavailable("away")
    async with house.gateway(help_wait_s=0.2) as gateway:
        await house.report_fault("erreur 567")
        step = await house.until_step(gateway, "help", "failed")
        await house.until_filed(gateway)

    house.knowledge.failing = None
    async with house.gateway() as gateway:
        await house.until_step(gateway, "history", "done")

    assert step["last_error"] == "help_given_up: The technician got no help: away"
    assert house.knowledge.asked == []
    assert len(house.knowledge.documents) == 1


async def test_a_technician_reads_that_the_documents_are_being_repaired(house: House):
    house.knowledge.failing = Unavailable("lacks passages", code="index_mending")
    async with house.gateway(help_wait_s=0.2) as gateway:
        await house.report_fault("erreur 567")
        await house.until_step(gateway, "help", "failed")
        told = await house.jean.sees("en cours de réparation")

    assert told.text == (
        "🔧 Müller : la documentation est en cours de réparation, je ne peux pas y chercher de piste "
        "pour l'instant. Ton rapport n'est pas concerné."
    )


@pytest.mark.slow
async def test_that_the_documents_are_being_repaired_is_told_once_telegram_is_back(
    house: House,
):
    """The next try found his help given up, and left it at that."""
    house.knowledge.failing = Unavailable("lacks passages", code="index_mending")
    away = house.telegram.faults.internal_error(
        "messages.sendMessage", None, only=lambda query: "🔧" in query.message
    )
    async with house.gateway(help_wait_s=0.2) as gateway:
        await house.report_fault("erreur 567")
        await house.until_step(gateway, "help", "waiting")
        await house.until(lambda: away.struck > 10)
        away.remove()

        await house.jean.sees("en cours de réparation")


async def test_a_thumb_outlasts_a_stop(house: House):
    async with house.gateway():
        await house.report_fault("erreur 567")
        await house.jean.sees("💡")
        house.knowledge.failing = Unavailable("away")
        await house.jean.press("👍")

    house.knowledge.failing = None
    async with house.gateway():
        await house.until(lambda: house.knowledge.thumbs == [True])
