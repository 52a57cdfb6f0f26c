"""A peer of Ollama and of OpenAI-compatible servers."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse


class LanguageModel:
    """
    Says *words*, and keeps what it was asked.

    Its lines are as llama.cpp's server (build 11549) sends them: a role without content first, a reason in the end, figures
    without a choice; a refusal is JSON. ``said`` counts the words that somebody heard.
    """

    def __init__(
        self,
        words: str | Callable[[str], str],
        *,
        pause_s: float = 0,
        each_s: float = 0,
        status: int = 200,
    ) -> None:
        self.asked: list[dict[str, Any]] = []
        self.said = 0
        self._words = words
        self._pause_s = pause_s
        self._each_s = each_s
        self._status = status
        self.app = FastAPI()
        self.app.post("/api/chat")(self.ollama)
        self.app.post("/v1/chat/completions")(self.openai)

    @property
    def transport(self) -> httpx.ASGITransport:
        return httpx.ASGITransport(self.app)

    async def ollama(self, request: Request) -> Response:
        def line(piece: str) -> str:
            message = {"role": "assistant", "content": piece}
            return json.dumps({"message": message, "done": False}) + "\n"

        last = {"message": {"role": "assistant", "content": ""}, "done": True}
        return await self._answer(request, line, ["", json.dumps(last) + "\n"])

    async def openai(self, request: Request) -> Response:
        def line(piece: str | None, reason: str | None = None, **more: Any) -> str:
            delta = {} if reason else {"content": piece} | more
            choice = {"finish_reason": reason, "index": 0, "delta": delta}
            return f"data: {json.dumps({'choices': [choice]})}\n\n"

        figures = json.dumps({"choices": [], "usage": {"completion_tokens": 9}})
        last = f"{line('', 'stop')}data: {figures}\n\ndata: [DONE]\n\n"
        first = f": ping\n\n{line(None, role='assistant')}"
        return await self._answer(request, line, [first, last])

    async def _answer(
        self, request: Request, line: Callable[[str], str], frame: list[str]
    ) -> Response:
        asked = await request.json()
        self.asked.append(asked)
        if self._status != 200:
            refusal = {"error": {"code": self._status, "message": "Loading model"}}
            return JSONResponse(refusal, status_code=self._status)
        words = (
            self._words
            if isinstance(self._words, str)
            else self._words(asked["messages"][1]["content"])
        )

        async def lines() -> AsyncIterator[str]:
            await asyncio.sleep(self._pause_s)
            yield frame[0]
            for piece in re.split(r"(?<=\s)", words):
                yield line(piece)
                self.said += 1
                await asyncio.sleep(self._each_s)
            yield frame[1]

        return StreamingResponse(lines())
