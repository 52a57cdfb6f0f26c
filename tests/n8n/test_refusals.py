"""What a genuine n8n makes of a call that fails, and what the workflows of ``deploy/n8n`` tell whoever called them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from demo.home import CHANTIER_GROUP
from demo.processes import ServiceProcess
from tests.n8n.conftest import N8N_KEY, Site

pytestmark = [
    pytest.mark.n8n,
    pytest.mark.timeout(600),
    pytest.mark.asyncio(loop_scope="package"),
]


@pytest.mark.parametrize("path", ["etm-upload", "etm-search", "etm-notice"])
async def test_who_calls_without_the_key_is_refused(path, site: Site):
    wrong = await site.call(path, key=N8N_KEY, json={})
    async with httpx.AsyncClient() as http:
        none = await http.post(site.n8n.webhook(path), json={})

    assert [wrong.status_code, none.status_code] == [403, 403], none.text


@pytest.mark.parametrize("path", ["etm-unset", "etm-not-here", "etm-unset-secret"])
async def test_a_workflow_whose_credential_is_not_made_answers_500(path, site: Site):
    """So what is imported is closed; and the gateway tells its events again later."""
    answer = await site.call(path, json={})

    assert answer.status_code == 500, answer.text


async def test_a_question_that_is_refused_is_answered_with_why(site: Site):
    answer = await site.call("etm-search", json={"query": ""})

    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "invalid_request"
    assert [one["field"] for one in answer.json()["errors"]] == ["body.query"]


async def test_an_upload_that_is_refused_is_answered_with_why(site: Site):
    answer = await site.call(
        "etm-upload",
        data={"action": "finito", "chantier": "Müller"},
        files={"file": ("a.jpg", b"a", "image/jpeg")},
    )

    assert answer.status_code == 422, answer.text
    said = "action: Input should be 'fin', 'sav' or 'materiel'"
    assert said in answer.json()["detail"]


@pytest.mark.parametrize(
    "files",
    [
        pytest.param([], id="none"),
        pytest.param([("file", ("a.txt", b"a")), ("file", ("b.txt", b"b"))], id="two"),
    ],
)
async def test_an_upload_of_no_or_two_files_is_answered_with_why(files, site: Site):
    """Of two n8n makes *file0* and *file1*."""
    answer = await site.call("etm-upload", data={"path": "Docs/None"}, files=files)

    assert answer.status_code == 422, answer.text
    assert answer.json()["detail"].startswith("Send one file a call")


async def test_an_upload_while_nextcloud_is_away_is_answered_with_why(site: Site):
    await site.house.outside.go()
    try:
        answer = await site.call(
            "etm-upload",
            data={"path": "Docs/Away"},
            files={"file": ("a.jpg", b"a", "image/jpeg")},
        )
    finally:
        await site.house.outside.come()

    assert answer.status_code == 503, answer.text
    assert answer.json()["code"] == "nextcloud_unreachable"
    assert "Nextcloud" in answer.json()["detail"]


async def test_a_notice_that_is_refused_is_answered_with_why(site: Site):
    answer = await site.call(
        "etm-notice", json={"id": "a", "group": "nobody", "text": "Bonjour"}
    )

    assert answer.status_code == 422, answer.text
    assert "chantier" in answer.json()["detail"]


async def test_a_notice_without_an_id_is_refused(site: Site):
    """All of them were the one called *undefined*, each edited into the next."""
    answer = await site.call(
        "etm-notice", json={"group": "chantier", "text": "Sans nom"}
    )

    assert answer.status_code == 422, answer.text
    assert "notice_id" in answer.json()["detail"]
    texts = [m.text for m in site.house.group(CHANTIER_GROUP).messages]
    assert "Sans nom" not in texts


async def test_an_event_without_a_body_is_refused(site: Site):
    answer = await site.call("etm-reports")

    assert answer.status_code == 401, answer.text


async def test_a_service_that_does_not_answer_is_tried_three_times(site: Site):
    async with in_place_of(site.house.stack["knowledge"], says=b"") as calls:
        answer = await site.call("etm-search", json={"query": "erreur 567"})

    assert answer.status_code == 503, answer.text
    assert "knowledge does not answer" in answer.json()["detail"]
    assert N8N_KEY not in answer.text
    assert len(calls) == 3


async def test_a_proxy_that_answers_without_a_body_is_said_too(site: Site):
    """As Caddy does while its service is away."""
    bare = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"
    async with in_place_of(site.house.stack["knowledge"], says=bare):
        answer = await site.call("etm-search", json={"query": "erreur 567"})

    assert answer.status_code == 502, answer.text
    assert answer.json()["code"] == "unavailable"


async def test_what_is_wrong_is_said_in_the_failed_node(site: Site):
    """The author of a flow reads our sentence where n8n shows the node's error."""
    answer = await site.call("etm-failing-plainly", json={})

    assert answer.status_code == 500
    assert "Nextcloud has nothing at Docs/none.pdf." in site.runs("error")


async def test_with_never_error_a_flow_has_status_code_and_sentence_as_fields(
    site: Site,
):
    """docs/guide-n8n.md, "When a call fails"."""
    answer = await site.call("etm-failing-never", json={})

    assert answer.json() == {
        "status": 404,
        "code": "not_found",
        "detail": "Nextcloud has nothing at Docs/none.pdf.",
    }


async def test_the_error_output_has_our_body_as_text_and_the_key_beside_it(site: Site):
    """Why the guide warns of handing on ``$json.error``; where n8n has mended it, the warning may go."""
    answer = await site.call("etm-failing-output", json={})

    error = answer.json()
    assert error["status"] == 404
    assert "Nextcloud has nothing at Docs/none.pdf." in error["message"]
    assert error["key"] == N8N_KEY


@asynccontextmanager
async def in_place_of(
    service: ServiceProcess, *, says: bytes
) -> AsyncIterator[list[bytes]]:
    """Kill a service until left; whoever calls it meanwhile hears *says* and the end. Yields how each call began."""
    calls: list[bytes] = []

    async def call(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        calls.append(await reader.readline())
        writer.write(says)
        await writer.drain()
        writer.close()

    where = httpx.URL(service.url)
    await service.kill()
    try:
        async with await asyncio.start_server(call, where.host, where.port):
            yield calls
    finally:
        await service.start()
        await service.answers()
