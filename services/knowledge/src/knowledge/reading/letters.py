"""The text of a PDF's page in pieces, each with its place and font."""

import ctypes
import re
from collections.abc import Iterator

import pypdfium2  # type: ignore[import-untyped]  # it has no types
from pypdfium2 import raw

from knowledge.reading.hidden import Sight
from knowledge.reading.pieces import Piece
from knowledge.reading.turned import Box, View

KERN = 0.28
"""
Of the letters' height: a narrower gap is inside a word, which kerning moved apart (`V` `isser`). Low letters (`m` `m`) are 0.56
of the font's size high and up to 0.14 of it apart, capitals 0.95; a blank is 0.33.
"""


MIN_BLANKS = 1.5
"""
Wider gaps in a font whose letters are all of one width part columns; pdfium makes one blank of several. Two blanks stand
between sentences, too, and between the words of a line that they justify.
"""
COLUMN_BLANKS = 2.5
"""A line of columns has a wider gap: its cells are of several lengths."""

_NO_TEXT = re.compile(r"\s*+(?:[-=_]{4,}+\s*+)*+")
"""Or lines, drawn with letters."""
_ONE_WIDTH = re.compile(rb"cour|mono|consol|typewriter", re.IGNORECASE)
_FIXED_PITCH = 1
"""Of a font's flags (ISO 32000-1, table 123)."""
_HYPHEN = re.compile("[\x02\u00ad\ufffe]")
"""A hyphen at a line's end, as pdfium gives it: by place, by itself, and by the text's order."""


def text_pieces(page: pypdfium2.PdfPage, view: View) -> list[Piece]:
    """The text of *page* that a person sees there."""
    text = page.get_textpage()
    sight = Sight(page, view)
    try:
        return [
            piece
            for rect in _parted(text, view)
            if (piece := _piece(text, rect, view, sight))
            and not _NO_TEXT.fullmatch(piece.text)
        ]
    finally:
        text.close()


def _unkerned(text: pypdfium2.PdfTextPage, view: View) -> Iterator[Box]:
    """The places of the text, what pdfium parted inside a word as one: it begins anew wherever a kern moves a letter."""
    word: Box | None = None
    for rect in map(text.get_rect, range(text.count_rects())):
        if word and _are_one(view.box(word), view.box(rect)):
            word = (
                min(word[0], rect[0]),
                min(word[1], rect[1]),
                max(word[2], rect[2]),
                max(word[3], rect[3]),
            )
            continue
        if word:
            yield word
        word = rect
    if word:
        yield word


def _parted(text: pypdfium2.PdfTextPage, view: View) -> Iterator[Box]:
    """The places of the text, that of a line of columns which blanks hold in line as several."""
    for rect in _unkerned(text, view):
        index = None if view.sideways else _letter(text, rect, sideways=False)
        if index is None or not _has_one_width(text, index):
            yield rect
        else:
            yield from _columns(text, rect, index)


def _columns(text: pypdfium2.PdfTextPage, rect: Box, index: int) -> Iterator[Box]:
    left, bottom, right, top = rect
    gaps: list[tuple[float, float]] = []
    widest = 0.0
    letter = raw.FS_RECTF()
    end = left
    for at in range(index, text.count_chars()):
        raw.FPDFText_GetLooseCharBox(text, at, letter)
        if letter.left >= right or raw.FPDFText_IsGenerated(text, at):
            break
        if chr(raw.FPDFText_GetUnicode(text, at)) == " ":
            continue
        blanks = (letter.left - end) / max(letter.right - letter.left, 1.0)
        if blanks > MIN_BLANKS:
            gaps.append((end, letter.left))
        widest = max(widest, blanks)
        end = letter.right
    for end, begin in gaps if widest > COLUMN_BLANKS else ():
        yield left, bottom, end, top
        left = begin
    yield left, bottom, right, top


def _are_one(word: Box, more: Box) -> bool:
    """Whether two places, as seen, are one word: side by side, and nearer than words are to each other."""
    left, top, right, bottom = word
    if min(bottom, more[3]) <= max(top, more[1]):
        return False
    em = max(bottom - top, more[3] - more[1])
    return -em < more[0] - right < KERN * em and more[0] > left


def _piece(
    text: pypdfium2.PdfTextPage, rect: Box, view: View, sight: Sight
) -> Piece | None:
    index = _letter(text, rect, sideways=view.sideways)
    size, bold = _font(text, rect, index, sideways=view.sideways)
    place = view.box(rect)
    if not sight.sees(text, index, place, size):
        return None
    words = _HYPHEN.sub("-", text.get_text_bounded(*rect))
    return Piece(words, *place, size, bold)


def _letter(text: pypdfium2.PdfTextPage, rect: Box, *, sideways: bool) -> int | None:
    """The first letter in *rect*, by its place in the page's text."""
    left, bottom, right, top = rect
    index: int | None = (
        text.get_index((left + right) / 2, bottom + 0.5, right - left, 3)
        if sideways
        else text.get_index(left + 0.5, (top + bottom) / 2, 3, top - bottom)
    )
    return None if index is None or index < 0 else index


def _font(
    text: pypdfium2.PdfTextPage, rect: Box, index: int | None, *, sideways: bool
) -> tuple[float, bool]:
    """Return the height as seen in points of the font of the letter at *index*, and whether it is bold."""
    left, bottom, right, top = rect
    rect_height = right - left if sideways else top - bottom
    if index is None:
        return rect_height, False
    box = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(text, index, box)
    name, _ = _font_of(text, index)
    weight = raw.FPDFText_GetFontWeight(text, index)
    bold = b"bold" in name.lower() or weight >= 600
    height = box.right - box.left if sideways else box.top - box.bottom
    return abs(height) / 1.15 or rect_height, bold


def _has_one_width(text: pypdfium2.PdfTextPage, index: int) -> bool:
    name, flags = _font_of(text, index)
    return bool(flags & _FIXED_PITCH or _ONE_WIDTH.search(name))


def _font_of(text: pypdfium2.PdfTextPage, index: int) -> tuple[bytes, int]:
    """The name and the flags of the font of the letter at *index*."""
    flags = ctypes.c_int()
    name = ctypes.create_string_buffer(128)
    raw.FPDFText_GetFontInfo(text, index, name, len(name), flags)
    return name.value, flags.value
