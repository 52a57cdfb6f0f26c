"""A language model behind Ollama's or an OpenAI-compatible server's chat route."""

import json
from collections.abc import AsyncGenerator, Mapping
from typing import Any

import httpx
from pydantic import SecretStr

from contracts.client import POOL_LIMITS, tls_context
from contracts.errors import TimedOut, Unavailable

MAX_ANSWER_TOKENS = 500
OLLAMA_CONTEXT_TOKENS = 4096
"""
What the longest prompt (2,950 of Qwen 2.5's tokens) and its answer need. Ollama takes what it was set to, and cuts longer prompts without a word; other
servers refuse them.
"""
CUT_OFF = "…"
"""Ends an answer that the most tokens or a full context have cut off."""
MAX_ANSWER_BYTES = 2 << 20
"""500 tokens come as 200 kB of events; more is a server that knows no end."""
MAX_REASON_BYTES = 300
"""Of a refusal: it says that the model is not there, still loading, or has too small a context."""

Message = Mapping[str, str]


class ChatClient:
    """
    Asks one model.

    Args:
        http: Its base URL is the server's.
        model: The model's name there.
        ollama: Whether the server speaks ``/api/chat``; else ``/chat/completions``.
    """

    def __init__(self, http: httpx.AsyncClient, model: str, *, ollama: bool) -> None:
        self._http = http
        self._ollama = ollama
        self.model = model

    async def answer(
        self, messages: list[Message], timeout_s: float
    ) -> AsyncGenerator[str, None]:
        """
        Ask, and yield the answer piece by piece as it comes.

        Raises:
            Unavailable: The server does not answer as such a server does.
            TimedOut: It did not within *timeout_s*.
        """
        path = "api/chat" if self._ollama else "chat/completions"
        try:
            async with self._http.stream(
                "POST", path, json=self._body(messages), timeout=timeout_s
            ) as response:
                if response.is_error:
                    said = await _beginning(response)
                    raise Unavailable(
                        f"The language model's server answered {response.status_code}: "
                        f"{said.decode('utf-8', 'replace')}"
                    )
                async for line in _lines(response):
                    if piece := self._piece(line):
                        yield piece
        except httpx.TimeoutException as error:
            raise TimedOut("The language model did not answer in time.") from error
        except httpx.RequestError as error:
            at = self._http.base_url.netloc.decode()
            why = str(error) or type(error).__name__
            raise Unavailable(
                f"The language model is not reached at {at} ({why});"
                f" start it, or mend {'OLLAMA_URL' if self._ollama else 'LLM_URL'}."
            ) from error
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise Unavailable(
                "The language model's server answered something else."
            ) from error

    def _body(self, messages: list[Message]) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self.model,
            "messages": messages,
            "stream": True,
        }
        if self._ollama:
            return body | {
                "options": {
                    "temperature": 0,
                    "num_predict": MAX_ANSWER_TOKENS,
                    "num_ctx": OLLAMA_CONTEXT_TOKENS,
                }
            }
        return body | {"temperature": 0, "max_tokens": MAX_ANSWER_TOKENS}

    def _piece(self, line: str) -> str:
        """The text in one line: of JSON lines (Ollama), or of server-sent events (OpenAI)."""
        if self._ollama:
            if not line:
                return ""
            told = _told(line)
            text, reason = told["message"]["content"], told.get("done_reason")
        else:
            if not line.startswith("data:") or line.endswith("[DONE]"):
                return ""
            told = _told(line.removeprefix("data:"))
            if not told["choices"]:
                return ""
            choice = told["choices"][0]
            text, reason = choice["delta"].get("content"), choice.get("finish_reason")
        return str(text or "") + (CUT_OFF if reason == "length" else "")


async def _beginning(response: httpx.Response) -> bytes:
    """As much of a refusal as is told."""
    said = b""
    async for piece in response.aiter_bytes():
        said += piece
        if len(said) >= MAX_REASON_BYTES:
            break
    return said[:MAX_REASON_BYTES]


async def _lines(response: httpx.Response) -> AsyncGenerator[str, None]:
    """
    The lines of an answer.

    Raises:
        Unavailable: They have more than `MAX_ANSWER_BYTES`.
    """
    size_bytes, begun = 0, b""
    async for piece in response.aiter_bytes():
        size_bytes += len(piece)
        if size_bytes > MAX_ANSWER_BYTES:
            raise Unavailable("The language model's answer does not come to an end.")
        *whole, begun = (begun + piece).split(b"\n")
        for line in whole:
            yield line.decode("utf-8", "replace").rstrip("\r")
    yield begun.decode("utf-8", "replace")


def _told(line: str) -> Any:
    told = json.loads(line)
    if "error" in told:
        raise Unavailable(f"The language model's server failed: {told['error']}")
    return told


def chat_http(
    url: str, key: SecretStr | None, transport: httpx.AsyncBaseTransport | None = None
) -> httpx.AsyncClient:
    """Open the connection pool to a model's server. The caller closes it."""
    headers = {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}
    return httpx.AsyncClient(
        base_url=url,
        headers=headers,
        transport=transport,
        follow_redirects=False,
        verify=tls_context(),
        limits=POOL_LIMITS,
    )
