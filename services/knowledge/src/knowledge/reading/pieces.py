"""Text with its place on a page: pieces, and the cells and rows that they make."""

from dataclasses import dataclass, field

from knowledge.reading.blocks import joined


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text in one font on one line. Lengths in points, *top* grows downwards from the page's top."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    bold: bool = False

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass(slots=True)
class Cell:
    pieces: list[Piece]

    @property
    def left(self) -> float:
        return self.pieces[0].left

    @property
    def right(self) -> float:
        return max(piece.right for piece in self.pieces)

    @property
    def text(self) -> str:
        return joined(piece.text for piece in self.pieces)


@dataclass(slots=True)
class Row:
    """What stands side by side: one cell is a line of prose, several are a row of a table."""

    cells: list[Cell] = field(default_factory=list)

    @property
    def first(self) -> Piece:
        return self.cells[0].pieces[0]

    @property
    def last(self) -> Piece:
        return self.cells[-1].pieces[-1]

    @property
    def bottom(self) -> float:
        return max(piece.bottom for cell in self.cells for piece in cell.pieces)

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(cell.text for cell in self.cells)

    @property
    def text(self) -> str:
        return " ".join(self.texts)

    @property
    def bold(self) -> bool:
        return all(piece.bold for cell in self.cells for piece in cell.pieces)
