"""What is said of an address that did not take an event."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from contracts.errors import TimedOut
from gateway.event_rows import PlannedEvent
from gateway.webhook_client import WebhookClient
from tests.certificates import OwnCertificate

EVENT = PlannedEvent(
    "report.filed-1", "http://n8n.example.org/hook", "{}", datetime.now(UTC)
)


async def work_for_long(_request: httpx.Request) -> httpx.Response:
    await asyncio.sleep(60)
    return httpx.Response(200)


async def refuse(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)


@pytest.mark.parametrize(
    ("answer", "said"), [(work_for_long, "respond at once"), (refuse, "not reached")]
)
async def test_a_flow_that_answers_when_its_work_is_done_is_told_apart(answer, said):
    """It is started again with each try, so whoever looks has to know what to change."""
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        client = WebhookClient(http, SecretStr("secret"), timeout_s=0.01)
        with pytest.raises(TimedOut, match=said):
            await client.post(EVENT)


async def test_a_certificate_that_nobody_vouches_for_is_named(tmp_path: Path):
    async with (
        OwnCertificate.made(tmp_path).served() as url,
        httpx.AsyncClient() as http,
    ):
        client = WebhookClient(http, SecretStr("secret"))
        with pytest.raises(TimedOut, match="certificate verify failed"):
            await client.post(replace(EVENT, url=url))
