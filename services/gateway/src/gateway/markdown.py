"""What people typed, written into Markdown so that it reads as they typed it. Source: CommonMark 0.31 §2.4, GFM."""

import re

_MARKS = re.compile(
    r"""
      [\\`*\[\]<|~]                     # code, emphasis, links, tags, tables, strikes
    | (?<![^\W_])_ | _(?![^\W_])      # emphasis; inside a word it is none, and folders have it there
    | &(?=\#?\w+;)                      # an entity
    """,
    re.VERBOSE,
)
_AT_START = re.compile(r"\A(?:#|>|[-=+](?=[-=\s]*\Z))")
"""Headings, quotations, and the lines that make a heading of what stands above them; lists stay lists."""


def literal(text: str) -> str:
    """Write a line that means nothing but itself."""
    return _AT_START.sub(_escaped, _MARKS.sub(_escaped, " ".join(text.split())))


def quoted(text: str) -> list[str]:
    """Write what was typed as a quotation, line by line."""
    return [f"> {literal(line)}".rstrip() for line in text.splitlines()]


def _escaped(mark: re.Match[str]) -> str:
    return f"\\{mark[0]}"
