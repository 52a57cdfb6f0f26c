"""What a document says to a language model in place of a technician (docs/decisions/0309)."""

import re
from typing import Final

from knowledge.words.folding import folded

_MODEL = r"(?:modeles? de langage|language models?|llms?|chatgpt|ia|ai|intelligence artificielle|chatbot)"
_ORDERS: Final = tuple(
    re.compile(form)
    for form in (
        # "ignore les règles", as one says tu to a model; a notice says vous: "n'ignorez pas les consignes"
        r"\b(?:ignore|oublie|neglige|contourne)s?\b.{0,40}\b(?:instructions|consignes|regles|tout ce qui)\b",
        r"\b(?:ignore[rz]|oublie[rz]|ne ten\w+ (?:pas|aucun) compte)\b.{0,40}\b(?:instructions|consignes|regles)\b"
        r".{0,20}\b(?:precedentes?|anterieures?|ci-dessus|recues|du systeme|systeme)\b",
        r"\b(?:ignore|disregard|forget|override)\b.{0,20}\b(?:previous|prior|above|preceding|earlier|all)\b"
        r".{0,30}\b(?:instructions?|rules?|prompts?|text|messages?)\b",
        r"\b(?:tu es|vous etes|you are|si tu es|act as|agis comme|comporte-toi comme|pretend to be)\b"
        rf".{{0,40}}\b(?:assistants?|{_MODEL})\b",
        r"\b(?:reponds|repondez|respond|reply|answer)\s*:?\s*(?:uniquement|seulement|exclusivement|exactement|toujours"
        r"|par\b|only|exactly|always|with\b|[«\"“])",
        r"\b(?:dis|ecris|affirme|recommande|conseille)s?[ -](?:lui|au technicien|a l'utilisateur|au lecteur)\b",
        r"\b(?:system ?prompt|prompt systeme|prompt du systeme)\b",
        rf"\b(?:a l'attention|note|attention|message|instructions?)\b.{{0,20}}\b(?:l'|les? |aux? |to |for )(?:the )?{_MODEL}\b",
        r"<\|?/?(?:im_start|im_end|system|assistant|endoftext|eot_id|(?:start|end)_header_id|(?:start|end)_of_turn)\|?>",
        r"\[/?inst\]|<</?sys>>",
        r"#{2,} ?(?:instructions?|system|assistant|response|consignes?)\b",
        r"</?(?:extrait|question)\b",
    )
)
"""In folded text. Each was read against what notices say: they order too, but neither a *tu* nor a model."""
_ROLE = re.compile(r"\b(?:SYSTEM|SYST[EÈ]ME|ASSISTANT)\s*:\s")
_SENTENCES = re.compile(r"(?<=[.!?…])\s+")


def without_orders(text: str) -> str:
    """
    Leave out of each line what speaks to a model, from that sentence on.

    The rest of the line goes with it: what such a sentence wants said often follows in words that any notice could have.
    """
    return "\n".join(_before_orders(line) for line in text.splitlines())


def _before_orders(line: str) -> str:
    kept: list[str] = []
    for sentence in _SENTENCES.split(line):
        if _ROLE.search(sentence) or _speaks_to_a_model(folded(sentence)):
            break
        kept.append(sentence)
    return " ".join(kept)


def _speaks_to_a_model(sentence: str) -> bool:
    return any(form.search(sentence) for form in _ORDERS)
