"""The workflows of ``deploy/n8n``, run by a genuine n8n as their users run them."""

import asyncio
import hashlib
from typing import Any

import httpx
import pytest

from demo.home import CHANTIER_GROUP
from tests.n8n.conftest import SERVICES_KEY, Site
from tests.together.story import jpegs, technician
from tests.waiting import until

pytestmark = [
    pytest.mark.n8n,
    pytest.mark.timeout(600),
    pytest.mark.asyncio(loop_scope="package"),
]

NOTICE = "# Fronius Symo\n\n## State 567\n\nIsolation trop faible : contrôler les connecteurs du toit.\n"


async def test_a_photo_is_filed_by_the_folder_rule(site: Site):
    photo = jpegs(1, seed=70)[0]

    answer = await site.call(
        "etm-upload",
        data={"action": "fin", "chantier": "20260325_Müller"},
        files={"file": ("Müller façade (1).jpg", photo, "image/jpeg")},
    )

    assert answer.status_code == 200, answer.text
    item = answer.json()["items"][0]
    assert item["path"].startswith("Chantiers/20260325_Müller/30_Photos_Chantier/")
    assert item["sha256"] == hashlib.sha256(photo).hexdigest()
    assert list(site.house.files().values()).count(item["sha256"]) == 1


async def test_a_workflow_that_runs_twice_files_once(site: Site):
    photo = jpegs(1, seed=71)[0]
    sent: dict[str, Any] = {
        "data": {"path": "Docs/Twice"},
        "files": {"file": ("plan.jpg", photo, "image/jpeg")},
    }

    first = await site.call("etm-upload", **sent)
    second = await site.call("etm-upload", **sent)

    assert [first.status_code, second.status_code] == [200, 200]
    assert [one.json()["items"][0]["created"] for one in (first, second)] == [
        True,
        False,
    ]
    assert len(site.house.nextcloud.tree("Docs/Twice")) == 1


async def test_a_burst_of_40_photos_is_filed_whole(site: Site):
    photos = jpegs(40, seed=72)

    answers = await asyncio.gather(
        *(
            site.call(
                "etm-upload",
                data={"path": "Docs/Burst"},
                files={"file": (f"{number:02d}.jpg", photo, "image/jpeg")},
            )
            for number, photo in enumerate(photos)
        )
    )

    assert {answer.status_code for answer in answers} == {200}
    filed = site.house.nextcloud.tree("Docs/Burst")
    assert sorted(filed.values()) == sorted(photos)


async def test_60_mb_pass_through(site: Site):
    content = bytes(range(256)) * 4096 * 60

    answer = await site.call(
        "etm-upload",
        timeout_s=240,
        data={"path": "Docs/Large"},
        files={"file": ("film.mp4", content, "video/mp4")},
    )

    assert answer.status_code == 200, answer.text
    assert answer.json()["items"][0]["size_bytes"] == len(content)


async def test_a_notice_is_found_by_its_code_and_nonsense_is_not(site: Site):
    async with httpx.AsyncClient(
        base_url=site.house.stack.urls["knowledge"], headers={"X-API-Key": SERVICES_KEY}
    ) as http:
        stored = await http.put(
            "/knowledge/documents/symo?wait=60",
            json={"text": NOTICE, "title": "Fronius Symo", "source": "Notices"},
        )
    assert stored.status_code == 200, stored.text

    found = await site.call("etm-search", json={"query": "fronius st567"})
    missed = await site.call("etm-search", json={"query": "recette de la choucroute"})

    assert found.status_code == 200, found.text
    assert "connecteurs du toit" in found.json()[0]["text"]
    assert missed.status_code == 404
    assert missed.json()["answer"].startswith("Je ne trouve pas")


async def test_a_notice_is_posted_once_however_often_the_flow_runs(site: Site):
    notice = {
        "id": "facture-2026-0042",
        "group": "chantier",
        "text": "Facture 2026-0042 prête.",
    }

    answers = [await site.call("etm-notice", json=notice) for _ in range(2)]

    assert [one.json()["status"] for one in answers] == ["delivered"] * 2
    texts = [m.text for m in site.house.group(CHANTIER_GROUP).messages]
    assert texts.count(notice["text"]) == 1


async def test_a_filed_report_reaches_its_workflow_signed(site: Site):
    jean = technician(site.house, "Weber", "Signé")

    await jean.report(jpegs(2, seed=73))

    await until(
        lambda: "report.filed" in site.runs("success"),
        what="the event in n8n",
        look_s=0.5,
    )


async def test_a_forged_event_is_refused(site: Site):
    answer = await site.call(
        "etm-reports",
        json={"type": "report.filed"},
        headers={
            "webhook-id": "x",
            "webhook-timestamp": "1",
            "webhook-signature": "v1,no",
        },
    )

    assert answer.status_code == 401
