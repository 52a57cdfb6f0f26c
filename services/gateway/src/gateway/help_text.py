"""What a technician reads about his fault: three leads with their sources, or the passages as they are."""

import re

from contracts.knowledge import Passage, SearchAnswer
from contracts.wording import LONGEST, fitted, shown, units

SHOWN = 3
LONGEST_PASSAGE = 600
"""UTF-16 code units: three of them are read on a telephone without scrolling far."""
_LONGEST_TITLE = 120
_RAW = frozenset({"passages", "nothing"})
"""What `SearchAnswer.answered_by` says where no model wrote."""
_SENTENCE_END = re.compile(r"[.!?…](?=\s)|\n")
_BLANKS = re.compile(r"[ \t]+")
_BLANK_LINES = re.compile(r"\s*\n\s*")


def help_text(client: str, answer: SearchAnswer) -> str:
    """Say what was found on a fault at *client*'s; honest where that is nothing."""
    if not is_answered(answer):
        return (
            f"🔎 {shown(client)} : je ne trouve pas de piste dans la documentation "
            "ni dans l'historique SAV."
        )
    found = answer.passages[:SHOWN]
    if answer.answered_by in _RAW:
        head = f"💡 Ça peut t'aider — {shown(client)}"
        best, *others = map(_quoted, found)
        best = "\n".join((best, *_not_said("Ce passage", answer)))
        return fitted("\n\n".join((head, best, *others)), LONGEST)
    head = f"💡 Pistes à vérifier — {shown(client)}"
    sources = "\n".join(
        f"[{number}] {_source(passage)}"
        for number, passage in enumerate(answer.passages, start=1)
        if f"[{number}]" in answer.answer
    )
    sources = "\n".join((*_not_said("Le passage [1]", answer), sources))
    room = LONGEST - units(head + sources) - 4
    return f"{head}\n{fitted(answer.answer.strip(), room)}\n\n{sources}".rstrip()


def mending_text(client: str) -> str:
    """Say that what might help on a fault at *client*'s cannot be searched now."""
    return (
        f"🔧 {shown(client)} : la documentation est en cours de réparation, je ne peux pas y chercher "
        "de piste pour l'instant. Ton rapport n'est pas concerné."
    )


def is_answered(answer: SearchAnswer) -> bool:
    """Whether there is something to show, and to judge."""
    return answer.confident and bool(answer.passages)


def _not_said(passage: str, answer: SearchAnswer) -> tuple[str, ...]:
    """One line on what was asked and the best passage does not tell; none where it tells all."""
    words = ", ".join(shown(word) for word in answer.not_said)
    return (f"⚠️ {passage} ne parle pas de : {words}",) if words else ()


def _quoted(passage: Passage) -> str:
    return f"📄 {_source(passage)}\n{_cut(_tidy(passage.text), LONGEST_PASSAGE)}"


def _source(passage: Passage) -> str:
    title = shown(_tidy(passage.title).replace("\n", " "), _LONGEST_TITLE)
    if passage.page:
        return f"{title}, p. {passage.page}"
    section = shown(_tidy(passage.section.rpartition(" > ")[2]), _LONGEST_TITLE)
    return f"{title}, {section}" if section else title


def _tidy(text: str) -> str:
    """Leave out the blanks that a page's layout left in its text."""
    return _BLANK_LINES.sub("\n", _BLANKS.sub(" ", text)).strip()


def _cut(text: str, longest: int) -> str:
    """Cut a text after a sentence; after a word where its first sentence is too long."""
    if units(text) <= longest:
        return text
    start = fitted(text, longest).removesuffix("…")
    ends = [end.end() for end in _SENTENCE_END.finditer(start)]
    if ends and ends[-1] >= len(start) // 3:
        return f"{start[: ends[-1]].rstrip()} […]"
    return f"{start.rpartition(' ')[0] or start}…"
