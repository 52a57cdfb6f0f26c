"""Passages made into three leads by a language model, kept only where they say what the passages say."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from importlib.resources import files
from typing import Final

from contracts.errors import TimedOut
from knowledge.answers.llm import ChatClient, Message
from knowledge.index.passages import Passage
from knowledge.words.codes import asked_codes, codes_of_text
from knowledge.words.lexical import tokens

PASSAGES: Final = 5
"""So many passages the model is given."""
MAX_PASSAGE_CHARS: Final = 1500
MIN_SHARED: Final = 0.55
"""
The share of a lead's words that has to stand in the passages it cites. Of nine leads written for two passages those
that told what these say had 0.57 to 0.82 in other words, those with a cause or remedy of their own 0.33 to 0.5.
"""
_CITED = re.compile(r"\[(\d{1,2})\]")
_LEAD = re.compile(r"^\s*(\d)[.)]\s+(.+)$", re.MULTILINE)
_FENCE = re.compile(r"</?(?:extrait|question)[^>]*>", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


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
        self, question: str, passages: Sequence[Passage], timeout_s: float
    ) -> str | None:
        """
        Write leads; None when what the model wrote does not hold against the passages.

        Raises:
            TimedOut: The model was not done after *timeout_s*.
            Unavailable: The model's server does not answer.
        """
        pieces = [piece async for piece in self.pieces(question, passages, timeout_s)]
        return held("".join(pieces), passages)

    async def pieces(
        self, question: str, passages: Sequence[Passage], timeout_s: float
    ) -> AsyncIterator[str]:
        """Write leads piece by piece, as the model does, not yet checked."""
        messages = prompt(question, passages)
        deadline = asyncio.get_running_loop().time() + timeout_s
        stream = self._chat.answer(messages, timeout_s)
        try:
            while True:
                async with asyncio.timeout_at(deadline):
                    piece = await anext(stream, None)
                if piece is None:
                    return
                yield piece
        except TimeoutError as error:
            raise TimedOut(
                f"{self.model} was not done after {timeout_s:.0f} s."
            ) from error
        finally:
            await stream.aclose()


def prompt(question: str, passages: Sequence[Passage]) -> list[Message]:
    """Say question and passages to a model; both are data, so nothing in them can close their fence."""
    rules = (files("knowledge.answers") / "prompts" / "diagnostic.txt").read_text(
        "utf-8"
    )
    extracts = "\n".join(
        f'<extrait numero="{number}">\n{_unfenced(f"{passage.title} – {passage.section}")}\n'
        f"{_unfenced(passage.text)[:MAX_PASSAGE_CHARS]}\n</extrait>"
        for number, passage in enumerate(passages[:PASSAGES], start=1)
    )
    asked = f"{extracts}\n<question>\n{_unfenced(question)}\n</question>"
    return [{"role": "system", "content": rules}, {"role": "user", "content": asked}]


def held(answer: str, passages: Sequence[Passage]) -> str | None:
    """
    Keep the leads of *answer* that hold: each cites passages that there are, and says what they say.

    Returns:
        The leads, numbered anew; None when not one holds.
    """
    leads = [
        lead.strip() for _, lead in _LEAD.findall(answer) if _holds(lead, passages)
    ]
    if not leads:
        return None
    return "\n".join(
        f"{number}. {lead}" for number, lead in enumerate(leads[:3], start=1)
    )


def _holds(lead: str, passages: Sequence[Passage]) -> bool:
    cited = [int(number) for number in _CITED.findall(lead)]
    if not cited or any(not 1 <= n <= min(len(passages), PASSAGES) for n in cited):
        return False
    said = _CITED.sub(" ", lead)
    source = " ".join(
        f"{passages[n - 1].title} {passages[n - 1].searched_text}" for n in cited
    )
    numbers = set(_NUMBER.findall(said)) - set(_NUMBER.findall(source))
    if numbers or not _codes(said) <= codes_of_text(source) | _codes(source):
        return False
    words = set(tokens(said))
    return len(words & set(tokens(source))) >= MIN_SHARED * len(words)


def _codes(text: str) -> frozenset[str]:
    return frozenset(asked_codes(text).certain)


def _unfenced(text: str) -> str:
    return _FENCE.sub(" ", text)
