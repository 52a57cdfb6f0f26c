"""An n8n that is told of events, and how a gateway is set to tell it."""

import base64
import json
from typing import Any

import httpx
from fastapi import FastAPI, Request, Response

SECRET = "whsec_" + base64.b64encode(b"a key of 24 bytes length").decode()


class WebhookPeer:
    """Takes events; answers 503 to the first *failures* of them."""

    def __init__(self, failures: int = 0, status: int = 503) -> None:
        self.calls: list[tuple[httpx.Headers, bytes]] = []
        self._failures = failures
        self._status = status
        self.app = FastAPI()
        self.app.post("/hook")(self._take)

    @property
    def events(self) -> list[dict[str, object]]:
        return [json.loads(body) for _, body in self.calls]

    async def _take(self, request: Request) -> Response:
        headers = httpx.Headers(request.headers.raw)
        self.calls.append((headers, await request.body()))
        self._failures -= 1
        return Response(status_code=self._status if self._failures >= 0 else 204)


def told(peer: WebhookPeer) -> dict[str, Any]:
    return {
        "webhook_urls": "http://n8n.example.org/hook",
        "webhook_secret": SECRET,
        "webhooks": httpx.ASGITransport(peer.app),
    }
