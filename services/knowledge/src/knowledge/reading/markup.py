"""HTML and Markdown."""

import re
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from lxml import etree, html
from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledge.reading.blocks import Block, Unreadable, table_blocks
from knowledge.reading.encodings import decoded
from knowledge.reading.listed import clean, texts_of
from knowledge.reading.spans import Cell, spread
from knowledge.reading.titles import one_header, table_below

_SKIPPED = frozenset(
    {"script", "style", "nav", "noscript", "template", "head", "select", "textarea"}
    | {"button", "svg", "iframe", "video", "audio", "del", "s", "strike"}
)
"""What nobody reads there, or was struck out: ``20`` beside ``25 Nm`` is wrong."""
_FRAME = frozenset({"header", "footer"})
"""Of the page, unless it is an article's."""
_FRAME_ROLES = frozenset({"navigation", "dialog", "banner", "contentinfo", "search"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
_LEAVES = frozenset(
    {"p", "li", "dt", "dd", "pre", "blockquote", "figcaption", "caption"}
)
_BLOCKS = _LEAVES | {
    "div",
    "details",
    "summary",
    "aside",
    "address",
    "header",
    "footer",
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
_KNOWN_TAG = re.compile(
    r"</?(?:a|abbr|b|big|br|cite|del|div|em|font|i|img|ins|kbd|mark|p|s|small|span|strike|strong|sub|sup|u)(?![\w-])|<!--",
    re.IGNORECASE,
)
"""HTML within a line of Markdown; ``<valeur>`` is none."""
_HEADING = re.compile(r"h([1-6])")
MOST_ATTRIBUTES = 1000
"""Of one tag: the parser compares each with all others."""
_TAG = re.compile(r"""<[a-zA-Z](?:[^>"']++|"[^"]*"|'[^']*')*+""")
_VALUE = re.compile(r""""[^"]*"|'[^']*'""")
_ATTRIBUTE = re.compile(r"[^\s/=]+")


def html_blocks(path: Path) -> list[Block]:
    """Read a web page; its navigation, header and footer are left out."""
    return _parsed(decoded(path))


def markdown_blocks(path: Path) -> list[Block]:
    """Read Markdown with tables."""
    text = re.sub(r"\A---\n.*?\n---\n", "", decoded(path), flags=re.DOTALL)
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    reader.add_render_rule("html_inline", _inline_tag)
    rendered = reader.render(text)
    return _parsed(rendered) if rendered.strip() else []


def _inline_tag(_: object, tokens: Sequence[Token], at: int, *_more: object) -> str:
    said = tokens[at].content
    return said if _KNOWN_TAG.match(said) else escape(said)


def _parsed(text: str) -> list[Block]:
    if any(map(_is_crowded, _TAG.finditer(text))):
        raise Unreadable(
            f"A tag of the page has more than {MOST_ATTRIBUTES} attributes; save it as plain text."
        )
    parser = html.HTMLParser(encoding="utf-8", huge_tree=False, no_network=True)
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except etree.XMLSyntaxError as error:  # of memory: what is damaged is mended
        raise Unreadable(
            "The page needs more memory than KNOWLEDGE_READER_MEMORY_BYTES; save it as plain text."
        ) from error
    except etree.ParserError:  # there is nothing in it
        return []
    if any(one.type_name == "ERR_RESOURCE_LIMIT" for one in parser.error_log):
        raise Unreadable(  # the parser leaves the rest out without a word
            "The page has a text of more than 10 MB or is nested too deeply; save it as plain text."
        )
    mains = list(root.iter("main"))
    main = list(_blocks(mains[0])) if len(mains) == 1 else []
    return main or list(_blocks(root))


def _blocks(element: html.HtmlElement) -> Iterator[Block]:
    tag = element.tag
    if _is_left_out(element):
        return
    if heading := _HEADING.fullmatch(tag):
        if text := _text(element):
            yield Block("heading", text, level=int(heading.group(1)))
    elif tag == "table":
        yield from _table(element)
    elif tag == "dl":
        yield from _terms(element)
    elif tag in _LEAVES and not _holds_blocks(element):
        yield from texts_of(_inline(element))
    else:
        yield from _mixed(element)


def _is_left_out(element: html.HtmlElement) -> bool:
    tag = element.tag
    if not isinstance(tag, str) or tag in _SKIPPED or "hidden" in element.attrib:
        return True
    if element.get("role") in _FRAME_ROLES:
        return True
    if tag in _FRAME:
        return next(element.iterancestors("article"), None) is None
    return bool(_HIDDEN.search(element.get("style", "").lower()))


def _terms(element: html.HtmlElement) -> Iterator[Block]:
    """A code and what it means: a list of terms is no two texts for each."""
    terms: list[str] = []
    for child in element.iter("dt", "dd"):
        if next(child.iterancestors("dl"), None) is not element:
            continue
        if child.tag == "dd" and not _holds_blocks(child):
            yield Block("text", " : ".join(filter(None, (*terms, _text(child)))))
            terms = []
            continue
        if terms and child.tag == "dd":
            yield Block("text", " : ".join(terms))
            terms = []
        if child.tag == "dd":
            yield from _mixed(child)
        else:
            terms.append(_text(child))
    if terms:
        yield Block("text", " : ".join(terms))


def _mixed(element: html.HtmlElement) -> Iterator[Block]:
    """Blocks inside of *element*, and the loose text between them."""
    loose = element.text or ""
    for child in element:
        if isinstance(child.tag, str) and (
            child.tag in _BLOCKS or _holds_blocks(child)
        ):
            yield from texts_of(loose)
            yield from _blocks(child)
            loose = child.tail or ""
        else:
            loose += _inline(child) + (child.tail or "")
    yield from texts_of(loose)


def _table(element: html.HtmlElement) -> Iterator[Block]:
    rows = [
        [cell for cell in row if cell.tag in {"td", "th"}]
        for row in element.iter("tr")
        if next(row.iterancestors("table")) is element
    ]
    if any(next(cell.iter("table"), None) is not None for row in rows for cell in row):
        for cell in (cell for row in rows for cell in row):  # it lays out a page
            yield from _mixed(cell)
        return
    cells = spread([_cell(cell) for cell in row] for row in rows)
    titled = [bool(row) and all(cell.tag == "th" for cell in row) for row in rows]
    heads = titled.index(False) if False in titled else int(len(rows) > 1)
    if heads:
        cells[:heads] = [one_header(cells[:heads])]
        yield from table_blocks(cells, has_header=True)
    else:
        yield from table_below(cells)


def _cell(element: html.HtmlElement) -> Cell:
    columns, rows = (_span(element, way) for way in ("colspan", "rowspan"))
    return Cell(_text(element), columns, rows)


def _span(element: html.HtmlElement, way: str) -> int:
    said = element.get(way, "").strip()
    return int(said[:4]) if said.isdecimal() else 1


def _holds_blocks(element: html.HtmlElement) -> bool:
    return any(child.tag in _BLOCKS for child in element.iterdescendants())


def _text(element: html.HtmlElement) -> str:
    return clean(_inline(element))


def _inline(element: html.HtmlElement) -> str:
    if _is_left_out(element):
        return ""
    whole = "\n" if element.tag == "br" else element.text or ""
    for child in element:
        whole += _inline(child) + (child.tail or "")
    return f" {whole} " if element.tag in _BLOCKS else whole


def _is_crowded(tag: re.Match[str]) -> bool:
    long = tag.end() - tag.start() > 2 * MOST_ATTRIBUTES
    return long and len(_ATTRIBUTE.findall(_VALUE.sub("", tag[0]))) > MOST_ATTRIBUTES
