"""A failed report that nobody will file again."""

import asyncio
from typing import Any

import httpx
import pytest

from contracts.errors import Rejected, Unavailable
from contracts.notices import NoticeStatus
from tests.gateway.house import House
from tests.gateway.works import unfinished
from tests.waiting import WAIT_S

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def failed_report(house: House, gateway: httpx.AsyncClient) -> dict[str, Any]:
    """Let Jean's report fail."""
    house.notifier.failing = Rejected("no")
    await house.choose_chantier()
    await house.jean.send_photo(house.jpeg(1))
    await house.jean.press("Envoyer")
    await house.jean.sees("pas encore enregistré")
    house.notifier.failing = None
    [report] = await house.reports(gateway)
    return report


async def test_a_failed_report_is_named_until_it_is_dismissed_and_never_unready(
    house: House, gateway: httpx.AsyncClient
):
    report = await failed_report(house, gateway)
    path = f"/gateway/reports/{report['report_id']}"
    before = await gateway.get("/readyz")

    first = await gateway.post(f"{path}/dismiss", json={"reason": "refait à la main"})
    again = await gateway.post(f"{path}/dismiss", json={"reason": "refait à la main"})

    after = await gateway.get("/readyz")
    assert (before.status_code, after.status_code) == (200, 200)
    assert report["report_id"] in before.json()["checks"]["reports"]["detail"]
    assert report["report_id"] not in after.json()["checks"]["reports"]["detail"]
    assert (first.status_code, again.json()) == (200, first.json())
    [listed] = await house.reports(gateway)
    assert listed["status"] == "failed"
    assert listed["dismissed"]["reason"] == "refait à la main"


async def test_a_dismissed_report_can_still_be_filed(
    house: House, gateway: httpx.AsyncClient
):
    report = await failed_report(house, gateway)
    path = f"/gateway/reports/{report['report_id']}"
    await gateway.post(f"{path}/dismiss", json={"reason": "essai"})

    await gateway.post(f"{path}/retry")

    await house.jean.sees("Rapport enregistré")
    await house.until_filed(gateway)
    [filed] = await house.reports(gateway)
    assert filed["dismissed"] is None


async def test_only_a_failed_report_is_dismissed_and_with_a_reason(
    house: House, gateway: httpx.AsyncClient
):
    report = await failed_report(house, gateway)
    path = f"/gateway/reports/{report['report_id']}"
    silent = await gateway.post(f"{path}/dismiss", json={"reason": ""})
    await gateway.post(f"{path}/retry")
    await house.until_filed(gateway)

    filed = await gateway.post(f"{path}/dismiss", json={"reason": "trop tard"})
    unknown = await gateway.post("/gateway/reports/x/dismiss", json={"reason": "?"})

    assert silent.status_code == 422
    assert (filed.status_code, filed.json()["code"]) == (409, "conflict")
    assert unknown.status_code == 404


async def unannounced_report(house: House, gateway: httpx.AsyncClient) -> str:
    """Let Jean's report fail because Telegram refuses its notice; its id."""
    house.notifier.outcome = NoticeStatus.FAILED
    await house.choose_chantier()
    await house.jean.send_photo(house.jpeg(1))
    await house.jean.press("Envoyer")
    await house.jean.sees("le groupe n'a pas pu être prévenu")
    [report] = await house.reports(gateway)
    return str(report["report_id"])


async def test_a_notice_rests_with_its_report_once_the_notifier_is_back(
    house: House, gateway: httpx.AsyncClient
):
    report_id = await unannounced_report(house, gateway)
    house.notifier.failing = Unavailable("away")
    path = f"/gateway/reports/{report_id}/dismiss"

    answer = await gateway.post(path, json={"reason": "refait"})

    assert (answer.status_code, house.notifier.dismissed) == (200, {})
    house.notifier.failing = None
    await house.until(lambda: house.notifier.dismissed == {report_id: "refait"})


async def test_a_notice_of_a_report_that_was_tried_anew_meanwhile_goes_on_counting(
    house: House, gateway: httpx.AsyncClient
):
    report_id = await unannounced_report(house, gateway)
    house.notifier.failing = Unavailable("away")
    path = f"/gateway/reports/{report_id}"
    await gateway.post(f"{path}/dismiss", json={"reason": "refait"})

    await gateway.post(f"{path}/retry")
    house.notifier.failing = None

    await house.until_step(gateway, "notice", "failed")
    async with asyncio.timeout(WAIT_S):
        while await unfinished():
            await asyncio.sleep(0.02)
    assert house.notifier.dismissed == {}
