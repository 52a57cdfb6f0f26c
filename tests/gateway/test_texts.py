"""How the French that people read is set."""

import ast
import re
from pathlib import Path
from types import ModuleType

import pytest

from contracts import wording as shared
from gateway import help_text, texts
from notifier import wording

BREAKS = re.compile(r" (?=[:;!?»](?:\s|$))|(?<=«) ")
AGREED = "🏠 Chantier : "
"""Of a notice, whose exact text is agreed upon."""


@pytest.mark.parametrize(
    "module", [texts, help_text, shared, wording], ids=lambda one: one.__name__
)
def test_no_line_can_begin_with_a_punctuation_mark(module: ModuleType):
    source = Path(str(module.__file__)).read_text(encoding="utf-8")
    strings = [
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]

    loose = [text for text in strings if BREAKS.search(text.replace(AGREED, ""))]

    assert [text for text in loose if "``" not in text] == []


@pytest.mark.parametrize("code", ["storage_full", "own_disk_full", "database_full"])
def test_a_report_that_waits_for_room_says_so_whichever_disk_it_is(code: str):
    told = texts.waiting((), "Müller", f"{code}: no space left")

    assert "Le serveur est plein" in told
