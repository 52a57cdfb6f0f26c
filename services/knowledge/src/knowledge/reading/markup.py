"""HTML and Markdown."""

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree, html
from markdown_it import MarkdownIt

from knowledge.reading.blocks import Block, Unreadable, table_blocks
from knowledge.reading.listed import listed
from knowledge.reading.plain import decoded

_SKIPPED = frozenset(
    {"script", "style", "nav", "header", "footer", "noscript", "template", "head"}
)
_LEAVES = frozenset(
    {"p", "li", "dt", "dd", "pre", "blockquote", "figcaption", "caption"}
)
_BLOCKS = _LEAVES | {
    "div",
    "section",
    "article",
    "main",
    "ul",
    "ol",
    "dl",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
}
_HEADING = re.compile(r"h([1-6])")


def html_blocks(path: Path) -> list[Block]:
    """Read a web page; its navigation, header and footer are left out."""
    return _parsed(decoded(path))


def markdown_blocks(path: Path) -> list[Block]:
    """Read Markdown with tables."""
    text = re.sub(r"\A---\n.*?\n---\n", "", decoded(path), flags=re.DOTALL)
    rendered = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    return _parsed(rendered) if rendered.strip() else []


def _parsed(text: str) -> list[Block]:
    parser = html.HTMLParser(encoding="utf-8", huge_tree=False, no_network=True)
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, ValueError) as error:
        raise Unreadable(f"The HTML has no text: {error}") from error
    return list(_blocks(root))


def _blocks(element: html.HtmlElement) -> Iterator[Block]:
    tag = element.tag
    if not isinstance(tag, str) or tag in _SKIPPED:
        return
    if heading := _HEADING.fullmatch(tag):
        if text := _text(element):
            yield Block("heading", text, level=int(heading.group(1)))
    elif tag == "table":
        yield from _table(element)
    elif tag in _LEAVES and not _holds_blocks(element):
        yield from _texts(_inline(element))
    else:
        yield from _mixed(element)


def _mixed(element: html.HtmlElement) -> Iterator[Block]:
    """Blocks inside of *element*, and the loose text between them."""
    loose = element.text or ""
    for child in element:
        if isinstance(child.tag, str) and (
            child.tag in _BLOCKS or _holds_blocks(child)
        ):
            yield from _texts(loose)
            yield from _blocks(child)
            loose = child.tail or ""
        else:
            loose += _inline(child) + (child.tail or "")
    yield from _texts(loose)


def _table(element: html.HtmlElement) -> list[Block]:
    rows = [
        tuple(_text(cell) for cell in row if cell.tag in {"td", "th"})
        for row in element.iter("tr")
    ]
    first = next(element.iter("tr"), None)
    titled = first is not None and all(cell.tag == "th" for cell in first)
    return table_blocks(rows, has_header=True if titled else None)


def _holds_blocks(element: html.HtmlElement) -> bool:
    return any(child.tag in _BLOCKS for child in element.iterdescendants())


def _text(element: html.HtmlElement) -> str:
    return _clean(_inline(element))


def _inline(element: html.HtmlElement) -> str:
    if not isinstance(element.tag, str) or element.tag in _SKIPPED:
        return ""
    whole = "\n" if element.tag == "br" else element.text or ""
    for child in element:
        whole += _inline(child) + (child.tail or "")
    return f" {whole} " if element.tag in _BLOCKS else whole


def _texts(text: str) -> Iterator[Block]:
    lines = [line for line in text.split("\n") if line.strip()]
    return (Block("text", _clean(" ".join(parts))) for parts in listed(lines))


def _clean(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
