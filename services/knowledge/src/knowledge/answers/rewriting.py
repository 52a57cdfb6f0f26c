"""Passages made into up to three leads by a language model, kept only where they say what the passages say."""

import asyncio
import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from importlib.resources import files
from typing import Final

from contracts.errors import TimedOut
from knowledge.answers.extracts import Extract
from knowledge.answers.leads import lead
from knowledge.answers.llm import ChatClient, Message

LEADS: Final = 3
MAX_EXTRACT_CHARS: Final = 1500
_FENCE = re.compile(r"</?(?:extrait|question)[^>]*>", re.IGNORECASE)


class Rewriter:
    """
    Asks a model for leads.

    Args:
        chat: The model.
        timeout_s: For how long ``rewrite=auto`` waits for the whole answer.
    """

    def __init__(self, chat: ChatClient, timeout_s: float) -> None:
        self._chat = chat
        self.timeout_s = timeout_s

    @property
    def model(self) -> str:
        return self._chat.model

    async def leads(
        self, question: str, extracts: Sequence[Extract], timeout_s: float
    ) -> AsyncGenerator[str, None]:
        """
        Write leads, numbered, each as soon as it is written and holds against the extracts.

        None before one cites the first extract, which is what answers the question: a small model asked for a torque
        wrote of what stood below. After the third, or when this is closed, the connection to the model is, so that it stops writing.

        Raises:
            TimedOut: The model was not done after *timeout_s*.
            Unavailable: The model's server does not answer.
        """
        if not extracts:
            return
        best = f"[{extracts[0].number}]"
        written: list[str] = []
        said = 0
        async with aclosing(self._lines(question, extracts, timeout_s)) as lines:
            async for line in lines:
                held = lead(line, extracts)
                if held is None or held in written:
                    continue
                written.append(held)
                if any(best in one for one in written):
                    for one in written[said:]:
                        said += 1
                        yield f"{said}. {one}"
                if len(written) == LEADS:
                    return

    async def _lines(
        self, question: str, extracts: Sequence[Extract], timeout_s: float
    ) -> AsyncGenerator[str, None]:
        deadline = asyncio.get_running_loop().time() + timeout_s
        line = ""
        messages = prompt(question, extracts)
        async with aclosing(self._chat.answer(messages, timeout_s)) as pieces:
            while True:
                try:
                    async with asyncio.timeout_at(deadline):
                        piece = await anext(pieces, None)
                except TimeoutError as error:
                    raise TimedOut(
                        f"{self.model} was not done after {timeout_s:.0f} s."
                    ) from error
                if piece is None:
                    break
                *whole, line = f"{line}{piece}".split("\n")
                for one in whole:
                    yield one
        yield line


def prompt(question: str, extracts: Sequence[Extract]) -> list[Message]:
    """Say question and extracts to a model; both are data, so nothing in them can close their fence."""
    rules = (files("knowledge.answers") / "prompts" / "diagnostic.txt").read_text(
        "utf-8"
    )
    fenced = "\n".join(
        f'<extrait numero="{number}">\n{_unfenced(f"{passage.title} – {passage.section}")}\n'
        f"{_unfenced(passage.text)[:MAX_EXTRACT_CHARS]}\n</extrait>"
        for number, passage in extracts
    )
    asked = f"{fenced}\n<question>\n{_unfenced(question)}\n</question>"
    return [{"role": "system", "content": rules}, {"role": "user", "content": asked}]


def _unfenced(text: str) -> str:
    return _FENCE.sub(" ", text)
