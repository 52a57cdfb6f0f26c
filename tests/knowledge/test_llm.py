"""A language model's server that answers otherwise than such servers do."""

from collections.abc import AsyncIterator

import httpx
import pytest

from contracts.errors import Unavailable
from knowledge.answers.llm import ChatClient, chat_http

DELTA = 'data: {"choices": [{"delta": %s}]}\n'


@pytest.mark.parametrize(
    ("answer", "coding"),
    [
        ("data: 1\n", "identity"),
        ("data: [null]\n", "identity"),
        ("data: {}\n", "identity"),
        (DELTA % "null", "identity"),
        (DELTA % '["a"]', "identity"),
        (DELTA % '{"content": "a"}', "gzip"),
    ],
)
async def test_other_answer_is_as_if_the_server_were_away(answer: str, coding: str):
    """A search shows its passages then; it was a 500."""

    async def said() -> AsyncIterator[bytes]:
        yield answer.encode()

    def speak(request: httpx.Request) -> httpx.Response:
        headers = {"Content-Encoding": coding}
        return httpx.Response(200, headers=headers, content=said())

    transport = httpx.MockTransport(speak)
    async with chat_http("http://llm.example.org/v1", None, transport) as http:
        client = ChatClient(http, "petit", ollama=False)

        with pytest.raises(Unavailable):
            assert [piece async for piece in client.answer([], 5)] == []
