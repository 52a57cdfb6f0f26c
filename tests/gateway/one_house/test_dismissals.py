"""A failed report that nobody will file again."""

from typing import Any

import httpx
import pytest

from contracts.errors import Rejected
from tests.gateway.house import House

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
