"""
One event posted to one address, signed.

Source: github.com/standard-webhooks/standard-webhooks, "spec/standard-webhooks.md".
"""

import asyncio
import base64
import hashlib
import hmac
import time

import httpx
from pydantic import SecretStr

from chassis.patience import KEPT_TRYING, is_used_up
from contracts.errors import Rejected, TimedOut, Unavailable
from gateway.event_rows import PlannedEvent
from gateway.settings import IN_BASE64

_PASSING = frozenset({404, 408, 425, 429})
"""404 is n8n's answer while the workflow is switched off."""


def signature(secret: str, event_id: str, at_s: int, body: bytes) -> str:
    """Sign one event: ``v1,`` and the base64 of HMAC-SHA256 over ``id.timestamp.body``."""
    key = secret.encode()
    if secret.startswith(IN_BASE64):
        key = base64.b64decode(secret.removeprefix(IN_BASE64))
    signed = f"{event_id}.{at_s}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


class WebhookClient:
    """
    Posts events.

    Args:
        http: Reaches the addresses.
        secret: Signs; ``whsec_`` and base64, or any text.
        timeout_s: From the first byte to the status: an answer that drips has no claim to more.
    """

    def __init__(
        self, http: httpx.AsyncClient, secret: SecretStr, *, timeout_s: float = 15.0
    ) -> None:
        self._http = http
        self._secret = secret
        self._timeout_s = timeout_s

    async def post(self, event: PlannedEvent) -> None:
        """
        Have an event's address take it.

        Raises:
            TimedOut: The address did not answer; another try may help.
            Unavailable: It answered what passes.
            Rejected: It refused the event, or has had all the time and tries that there are for it (`is_used_up`).
        """
        try:
            async with asyncio.timeout(self._timeout_s):
                status = await self._status(event)
        except TimeoutError as error:
            _require_patience(event)
            raise TimedOut(
                f"webhook did not answer within {self._timeout_s:.0f} s; let the workflow respond at once,"
                " it is started again with each try"
            ) from error
        except httpx.TransportError as error:
            _require_patience(event)
            why = str(error) or type(error).__name__
            raise TimedOut(f"webhook not reached: {why}") from error
        if status in _PASSING or status >= 500:
            _require_patience(event)
            raise Unavailable(f"webhook answered {status}")
        if not httpx.codes.is_success(status):
            raise Rejected(f"webhook answered {status}")

    async def _status(self, event: PlannedEvent) -> int:
        at_s, body = int(time.time()), event.body.encode()
        headers = {
            "Content-Type": "application/json",
            "webhook-id": event.event_id,
            "webhook-timestamp": str(at_s),
            "webhook-signature": signature(
                self._secret.get_secret_value(), event.event_id, at_s, body
            ),
        }
        # The status is the whole answer: what follows may have no end, or not be what its coding says.
        async with self._http.stream(
            "POST", event.url, content=body, headers=headers, timeout=None
        ) as response:
            return response.status_code


def _require_patience(event: PlannedEvent) -> None:
    if is_used_up(event.planned_at, event.attempts):
        raise Rejected(f"webhook did not answer in {KEPT_TRYING.days} days")
