"""An admin who wants no knowledge service: ``KNOWLEDGE_URL=none``."""

import asyncio
from typing import Any

import httpx
import pytest

from contracts.errors import Unavailable
from gateway.settings import GatewaySettings
from tests.gateway.house import House
from tests.gateway.test_settings import TELEGRAM
from tests.gateway.works import unfinished


async def test_a_fault_is_filed_and_nothing_waits(house: House):
    async with house.gateway(knowledge_url="none") as gateway:
        await house.report_fault("onduleur affiche erreur 567")
        await house.until_filed(gateway)
        [report] = await until_no_help(house, gateway)
        async with asyncio.timeout(10):
            while await unfinished():
                await asyncio.sleep(0.02)
        check = (await gateway.get("/readyz")).json()["checks"]["knowledge"]

    assert {step["state"] for step in report["steps"]} == {"done"}
    assert house.knowledge.asked == []
    assert check == {
        "ok": True,
        "detail": "KNOWLEDGE_URL=none: faults get no help and no history",
    }


@pytest.mark.slow
async def test_what_waited_for_it_ends_when_it_is_given_up(house: House):
    async with house.gateway() as gateway:
        house.knowledge.failing = Unavailable("away")
        await house.report_fault("onduleur affiche erreur 567")
        await house.until_filed(gateway)
        await house.until_step(gateway, "help", "waiting")

    async with house.gateway(knowledge_url="none") as gateway:
        [report] = await until_no_help(house, gateway)

    assert report["status"] == "filed"


@pytest.mark.parametrize(
    "url", ["knowledge.example.org", "ftp://knowledge.example.org"]
)
def test_an_address_that_is_none_is_refused(url: str):
    with pytest.raises(ValueError, match="KNOWLEDGE_URL"):
        GatewaySettings(_env_file=None, knowledge_url=url, **TELEGRAM)


async def until_no_help(
    house: House, gateway: httpx.AsyncClient
) -> list[dict[str, Any]]:
    """Wait until nothing of knowledge's stands in the reports; these."""
    while True:
        reports = await house.reports(gateway)
        names = {step["name"] for report in reports for step in report["steps"]}
        if names.isdisjoint({"help", "history"}):
            return reports
