"""A language model's server that answers otherwise than such servers do."""

from collections.abc import AsyncIterator

import httpx
import pytest

from contracts.errors import Unavailable
from knowledge.answers.llm import MAX_ANSWER_BYTES, ChatClient, chat_http

DELTA = 'data: {"choices": [{"delta": %s}]}\n'


async def answered(transport: httpx.MockTransport, *, ollama: bool = False) -> str:
    async with chat_http("http://llm.example.org:9/v1", None, transport) as http:
        client = ChatClient(http, "petit", ollama=ollama)
        return "|".join([piece async for piece in client.answer([], 5)])


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

    with pytest.raises(Unavailable):
        await answered(httpx.MockTransport(speak))


@pytest.mark.parametrize(
    ("ollama", "setting"), [(True, "OLLAMA_URL"), (False, "LLM_URL")]
)
async def test_a_server_that_is_away_is_named_with_what_to_do(ollama, setting):
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("All connection attempts failed")

    with pytest.raises(Unavailable, match=f"example.org:9 .*mend {setting}"):
        await answered(httpx.MockTransport(refuse), ollama=ollama)


def _speaking(lines: str) -> httpx.MockTransport:
    return httpx.MockTransport(lambda request: httpx.Response(200, text=lines))


@pytest.mark.parametrize(
    ("ollama", "lines"),
    [
        (False, 'data: {"error": {"code": 500, "message": "out of memory"}}\n\n'),
        (True, '{"error": "llama runner: out of memory"}\n'),
    ],
)
async def test_a_failure_on_the_way_is_told_in_the_servers_words(
    ollama: bool, lines: str
):
    with pytest.raises(Unavailable, match="out of memory"):
        await answered(_speaking(lines), ollama=ollama)


@pytest.mark.parametrize(
    ("ollama", "lines"),
    [
        (
            False,
            'data: {"choices": [{"finish_reason": null, "delta": {"content": "1. Couper"}}]}\n\n'
            'data: {"choices": [{"finish_reason": "length", "delta": {}}]}\n\ndata: [DONE]\n\n',
        ),
        (
            True,
            '{"message": {"content": "1. Couper"}, "done": false}\n'
            '{"message": {"content": ""}, "done": true, "done_reason": "length"}\n',
        ),
    ],
)
async def test_an_answer_that_was_cut_off_says_so(ollama: bool, lines: str):
    """At the most tokens, or where the context is full: the last sentence may be the half of a warning."""
    assert await answered(_speaking(lines), ollama=ollama) == "1. Couper|…"


@pytest.mark.parametrize("status", [200, 500])
@pytest.mark.parametrize("ollama", [True, False])
async def test_an_answer_without_an_end_is_not_held_in_memory(
    ollama: bool, status: int
):
    """A line, or a reason, that never ends took as much memory as came before the deadline."""
    sent = 0

    async def said() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 1 << 16
            yield b"a" * (1 << 16)

    transport = httpx.MockTransport(lambda _: httpx.Response(status, content=said()))
    with pytest.raises(Unavailable):
        await answered(transport, ollama=ollama)

    assert sent < 2 * MAX_ANSWER_BYTES


async def test_lines_come_whole_however_they_are_parted():
    async def said() -> AsyncIterator[bytes]:
        for byte in (DELTA % '{"content": "été"}' * 2).replace("\n", "\r\n").encode():
            yield bytes([byte])

    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=said()))

    assert await answered(transport) == "été|été"
