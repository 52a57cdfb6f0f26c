"""What Tesseract saw on a page, as pieces of text of an upright and level one."""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from statistics import median
from typing import NamedTuple

from knowledge.reading.pieces import Piece
from knowledge.reading.turned import Box, View

MIN_CONFIDENCE = 30.0
SIZE = 10.0
"""Of all pieces, in points: the height of letters varies from word to word, so that it says nothing of headings."""
LINE_EM = 0.9
"""From the top of the highest letter of a line to the foot of the lowest, in ems."""
MIN_LETTER_EM = 0.25
MIN_SLOPED_EM = 4
"""What stands nearer says nothing of the slope of the page."""
RUN_GAP_EM = 1.2
"""Words on one line with a wider gap are two cells; in justified lines it may be wider than elsewhere."""
_RULE = "|"
"""As which the strokes between a table's columns are read."""
_READ_OF_STROKES = "[]{}|"
_SPECKS = frozenset(".,:;'`´’‘~_|")
_WORD_LEVEL = "5"


class Word(NamedTuple):
    """One word with its place on the picture, in pixels; *line* is Tesseract's own."""

    line: tuple[str, ...]
    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


class Seen(NamedTuple):
    """
    What is on a picture.

    Args:
        runs: Words that stand close on one line, in the order in which Tesseract saw them.
        degrees: By which the picture is to be turned clockwise.
        slope: By which its lines go down then.
        scale: From pixels to points, so that the usual line has letters of 10 points: how many pixels of a photo are an
            inch is not known.
    """

    runs: list[list[Word]]
    degrees: int = 0
    slope: float = 0.0
    scale: float = 1.0

    def pieces(self, strokes: Sequence[Box]) -> list[Piece]:
        """Make a piece of each run, where no stroke (in pixels) stands between its words; else one of each part."""
        down = [box for box in strokes if box[3] - box[1] > box[2] - box[0]]
        return [
            _piece(part, self.scale)
            for run in self.runs
            for part in _parted(run, down)
            if part
        ]


def seen_on(tsv: str, width_px: int, height_px: int) -> Seen:
    """Read Tesseract's TSV of a picture of this size."""
    words = list(_words(tsv))
    degrees = _degrees(words)
    seen = (height_px, width_px) if degrees in {90, 270} else (width_px, height_px)
    view = View(degrees, *seen)
    upright = _lines([_turned(word, view, height_px) for word in words])
    slope = _slope(upright)
    lines = [[_leveled(word, slope) for word in line] for line in upright]
    if not lines:
        return Seen([])
    height = median(
        max(word.bottom for word in line) - min(word.top for word in line)
        for line in lines
    )
    em = max(height / LINE_EM, 1.0)
    written = ([w for w in line if not _is_speck(w, em)] for line in lines)
    runs = [run for line in written for run in _runs(line, RUN_GAP_EM * em)]
    return Seen(runs, degrees, slope, SIZE / em)


def _words(tsv: str) -> Iterator[Word]:
    rows = csv.DictReader(io.StringIO(tsv), delimiter="\t", quoting=csv.QUOTE_NONE)
    for row in rows:
        text = (row["text"] or "").strip().strip(_RULE)
        if row["level"] != _WORD_LEVEL or not text:
            continue
        if float(row["conf"]) < MIN_CONFIDENCE:
            continue
        left, top = int(row["left"]), int(row["top"])
        line = tuple(row[name] for name in ("block_num", "par_num", "line_num"))
        yield Word(
            line, text, left, top, left + int(row["width"]), top + int(row["height"])
        )


def _lines(words: Sequence[Word]) -> list[list[Word]]:
    lines: dict[tuple[str, ...], list[Word]] = defaultdict(list)
    for word in words:
        lines[word.line].append(word)
    return list(lines.values())


def _degrees(words: Sequence[Word]) -> int:
    """As the text runs: Tesseract reads a turned page, and gives places on the picture as it is."""
    runs: Counter[int] = Counter()
    for before, word in pairwise(words):
        if before.line == word.line:
            (x, y), (next_x, next_y) = before.middle, word.middle
            across, down = next_x - x, next_y - y
            if abs(across) >= abs(down):
                runs[0 if across > 0 else 180] += 1
            else:
                runs[270 if down > 0 else 90] += 1
    return runs.most_common(1)[0][0] if runs else 0


def _turned(word: Word, view: View, height_px: int) -> Word:
    """A view counts from the foot of the page, as PDF does."""
    own = word.left, height_px - word.bottom, word.right, height_px - word.top
    return Word(word.line, word.text, *view.box(own))


def _slope(lines: Sequence[Sequence[Word]]) -> float:
    """What most words say of a page that lies a degree or two askew on the scanner, each by the feet of two of a line."""
    slopes = []
    for line in lines:
        for word, later in combinations(line, 2):
            across = later.left - word.left
            if across > MIN_SLOPED_EM * (word.bottom - word.top):
                slopes.append((later.bottom - word.bottom) / across)
    return median(slopes) if slopes else 0.0


def _leveled(word: Word, slope: float) -> Word:
    x, y = word.middle
    right, down = slope * y, -slope * x
    # The box of a sloping word is higher than the word.
    more = min(abs(slope) * (word.right - word.left), (word.bottom - word.top) / 2)
    return word._replace(
        left=word.left + right,
        right=word.right + right,
        top=word.top + down + more / 2,
        bottom=word.bottom + down - more / 2,
    )


def _runs(line: Sequence[Word], gap: float) -> Iterator[list[Word]]:
    run: list[Word] = []
    for word in line:
        if run and word.left - run[-1].right > gap:
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _parted(run: Sequence[Word], down: Sequence[Box]) -> Iterator[list[Word]]:
    """Part a run of words at the strokes between them, and take off what was read of these."""
    height = max(word.bottom - word.top for word in run)
    middle = run[0].middle[1]
    xs = [left for left, top, _, bottom in down if top <= middle <= bottom]
    part: list[Word] = []
    for word in run:
        edge = min(word.middle[0], word.left + height / 2)
        if part and any(part[-1].middle[0] < x <= edge for x in xs):
            yield part
            part = []
        beside = any(abs(x - word.left) < height / 2 for x in xs)
        text = word.text.lstrip(_READ_OF_STROKES) if beside else word.text
        if text:
            part.append(word._replace(text=text))
    yield part


def _is_speck(word: Word, em: float) -> bool:
    """A dot, or a bit of a stroke that was taken for a letter: it is too low for one."""
    letters = any(map(str.isalnum, word.text))
    low = word.bottom - word.top < MIN_LETTER_EM * em
    return (letters and low) or _SPECKS.issuperset(word.text)


def _piece(run: Sequence[Word], to_points: float) -> Piece:
    return Piece(
        " ".join(word.text for word in run),
        min(word.left for word in run) * to_points,
        min(word.top for word in run) * to_points,
        max(word.right for word in run) * to_points,
        max(word.bottom for word in run) * to_points,
        SIZE,
    )
