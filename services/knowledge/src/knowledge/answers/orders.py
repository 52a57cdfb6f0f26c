"""What a document says to a language model in place of a technician (docs/decisions/0309)."""

import re
from typing import Final

from knowledge.words.folding import folded

_RULES = r"(?:instructions?|consignes|regles|directives|rules|prompts?|messages?)"
_ORDERS: Final = tuple(
    re.compile(form)
    for form in (
        # who is meant: a manual says vous or the infinitive, and speaks of no model
        r"\b(?:tu|toi|tes|reponds|ecris)\b|\bt'(?:a|as|es|est|ont)\b|\bta (?:reponse|mission|tache|sortie)\b",
        r"\b(?:modeles? de langage|language models?|(?:as an|si tu es une) (?:ai|ia)|ai models?|llms?|chat ?gpt|chat ?bots?)\b",
        r"\b(?:you are|vous etes|act as|agis comme|pretend to be)\b.{0,40}\b(?:assistants?|ai|ia)\b",
        r"\b(?:note|attention|message|instructions?)\b.{0,20}\b(?:l'|les |aux? |to |for )(?:the )?(?:ia|ai|assistants? ia)\b",
        r"\byou (?:must|should|will|shall) (?:now |only )*(?:respond|answer|output|reply|say)\b",
        r"\b(?:respond|reply|answer)\s*:?\s*(?:only|exactly|always|with\b|[«\"“])",
        r"\b(?:repondez|ecrivez)\s*:?\s*(?:uniquement|seulement|exclusivement|exactement|toujours|par\b|[«\"“])",
        r"\bdis (?:au|a l'|lui)\b|^assistant,|\b(?:toute|chaque|seule) reponse\b",
        # what is to be forgotten
        r"\b(?:ignore|oublie|neglige|contourne)s?\b.{0,40}\b(?:instructions|consignes|regles|ce qui)\b",
        rf"\b{_RULES} (?:precedente?s|anterieure?s|ci-dessus|du systeme|above)\b",
        rf"\b(?:previous|prior|above|preceding|earlier) {_RULES}\b|\bsystem (?:prompt|instructions?)\b|\bprompt systeme\b",
        r"\b(?:ignore|disregard|forget)\b.{0,12}\b(?:everything|above|previous|prior)\b|\bfrom now on\b",
        # the marks by which servers part who speaks
        r"<\|?/?(?:im_start|im_end|system|assistant|endoftext|eot_id|(?:start|end)_header_id|(?:start|end)_of_turn)\|?>",
        r"\[/?inst\]|<</?sys>>|</?(?:extrait|question)\b|\bhuman\s*:",
        r"#{2,} ?(?:instructions?|system|assistant|response|consignes?)\b",
    )
)
"""In folded text."""
_ROLE = re.compile(r"\b(?:SYSTEM|SYST[EÈ]ME|ASSISTANT)\s*:\s")
_SENTENCES = re.compile(r"(?<=[.!?…])\s+")


def without_orders(text: str) -> str:
    """
    Leave out of each line what speaks to a model, from that sentence on.

    The rest of the line goes with it: what such a sentence wants said often follows in words that any manual could have.
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
