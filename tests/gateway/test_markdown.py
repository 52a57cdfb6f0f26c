"""What people type stands in a card as they typed it."""

from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from gateway.announcements import card
from gateway.markdown import literal, quoted
from gateway.received import Received
from tests.gateway.test_announcements import NOW, RECORD

NASTY = [
    "[x](http://evil.example.org)",
    "![x](http://evil.example.org/x.png)",
    "# A",
    "> cité",
    "<http://evil.example.org>",
    "<b>gras</b>",
    "*gras* __gras__ _penché_ ~~barré~~ `code`",
    "&lt;b&gt; &#35;",
    "a\\[b](c)",
    "[x]: http://evil.example.org",
    "---",
    "===",
    "-",
    "| a | b |",
    "```",
    "~~~",
    "      quatre blancs",
    "20260325_Müller_Nord",
]
RENDERED = MarkdownIt("gfm-like", {"linkify": False})
MARKS = "\\`*_[]()<>#+-=!|~&;: \t\n1a."


class Seen(HTMLParser):
    """What a reader sees, and of which elements."""

    def __init__(self, markdown: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(RENDERED.render(markdown))

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("typed", NASTY)
def test_a_name_reads_as_it_was_typed(typed: str):
    seen = Seen(f"🏠 {literal(typed)}")

    assert seen.tags == {"p"}
    assert seen.text.strip() == f"🏠 {' '.join(typed.split())}"


@given(st.lists(st.text(alphabet=MARKS, max_size=12), max_size=5))
def test_no_description_leaves_its_quotation_or_makes_more_than_lists(lines: list[str]):
    seen = Seen("\n".join(("avant", "", *quoted("\n".join(lines)), "", "Réf. r-1")))

    assert seen.tags <= {"p", "blockquote", "ul", "ol", "li"}
    assert seen.text.rstrip().endswith("Réf. r-1")


def test_a_card_shows_a_name_that_is_markdown_as_it_is():
    told = "**urgent**\n- cuivre 28mm\n- <disconnecteur>"
    record = replace(RECORD, technician="[Jean](http://evil.example.org)", client="# A")

    shown = card(record, [Received(1, 1, NOW, text=told)]).description

    assert shown is not None
    seen = Seen(shown)
    assert seen.tags == {"p", "blockquote", "ul", "li"}
    assert "👷 [Jean](http://evil.example.org)" in seen.text
    assert "**urgent**" in seen.text
    assert "<disconnecteur>" in unescape(seen.text)
