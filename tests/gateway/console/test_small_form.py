"""The forms of the console, read piece by piece."""

import asyncio

import pytest
from starlette.requests import Request

from contracts.errors import Rejected
from gateway.console import small_form


async def test_a_form_without_an_end_is_not_waited_for():
    async def receive() -> dict[str, object]:
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"x", "more_body": True}

    with pytest.raises(Rejected, match="in time"):
        await small_form.fields(Request({"type": "http"}, receive), within_s=0.1)
