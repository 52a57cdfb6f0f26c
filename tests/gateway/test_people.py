"""Who may talk to the bot."""

import asyncio

import httpx
import pytest

from chassis.telegram.members import STRANGER_REMEMBERED_S
from tests.gateway.house import GROUPS, House


async def test_a_stranger_is_refused_once_and_nothing_of_his_is_kept(
    house: House, gateway: httpx.AsyncClient
):
    eve = house.telegram.add_user("Eve")

    await eve.send("/start")
    await eve.sees("réservé aux équipes ETM")
    await eve.send_album(house.photos(2))
    await eve.send("allô ?")
    await house.jean.send("/start")
    await house.jean.sees("Bonjour")

    assert len([m for m in eve.chat if m.from_bot]) == 1
    assert (await gateway.get("/gateway/reports")).json()["items"] == []


async def test_people_listed_by_the_admin_need_no_group(house: House):
    eve = house.telegram.add_user("Eve")

    async with house.gateway(telegram_users=f"{eve.id}"):
        await eve.send("/start")
        await eve.sees("Bonjour Eve")


async def test_members_of_a_group_that_became_a_supergroup_still_talk(
    house: House, caplog: pytest.LogCaptureFixture
):
    """Telegram does so by itself as a group grows, and its id is another one then."""
    grown = [
        group.upgrade(-1005000000000 + group.id % 10) for group in house.groups.values()
    ]
    eve = house.telegram.add_user("Eve")

    async with house.gateway():
        await house.jean.send("/start")
        await house.jean.sees("Bonjour Jean")
        await eve.send("/start")
        await eve.sees("réservé aux équipes ETM")
        grown[0].add(eve)
        await asyncio.sleep(STRANGER_REMEMBERED_S)
        await eve.send("/start")
        await eve.sees("Bonjour Eve")

    told = [text for text in caplog.messages if "is a supergroup now" in text]
    assert len(told) == len(set(told)) == len(GROUPS)
