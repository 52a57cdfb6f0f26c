"""Workbooks (XLSX, XLS, ODS): each sheet that is seen is a heading and its table, row by row."""

import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetVisibleEnum,
)

from knowledge.reading.blocks import MAX_COLUMNS, Block, Unreadable, looks_like_header
from knowledge.reading.office import MAX_XML_BYTES
from knowledge.reading.refusals import LOCKED
from knowledge.reading.titles import table_below

Value = int | float | str | bool | time | date | datetime | timedelta


def sheet_blocks(path: Path) -> list[Block]:
    """Read a workbook: what stands above a table's header is its text."""
    if zipfile.is_zipfile(path):
        _bound(path)
    try:
        with CalamineWorkbook.from_path(path) as book:
            seen = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.visible == SheetVisibleEnum.Visible
            ]
            return [
                block
                for name in seen
                for block in _blocks(name, _rows(book.get_sheet_by_name(name)))
            ]
    except PasswordError as error:
        raise Unreadable(LOCKED) from error
    except CalamineError as error:
        raise Unreadable(
            f"The file is a damaged workbook, or an old Word, PowerPoint or Outlook file; save it as XLSX, DOCX or PDF ({error})."
        ) from error


def _bound(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        size_bytes = sum(part.file_size for part in archive.infolist())
    if size_bytes > MAX_XML_BYTES:
        raise Unreadable(
            f"The workbook unpacks to more than {MAX_XML_BYTES:,} bytes; part it."
        )


def _rows(sheet: CalamineSheet) -> list[tuple[str, ...]]:
    rows = [
        [_text(value) for value in row[:MAX_COLUMNS]]
        for row in sheet.to_python(skip_empty_area=False)
    ]
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        for row in rows[top + 1 : bottom + 1]:  # what spans rows counts for each
            if left < len(row):
                row[left] = rows[top][left]
    return [tuple(row) for row in rows if any(row)]


def _blocks(name: str, rows: list[tuple[str, ...]]) -> list[Block]:
    if not rows:
        return []
    return [Block("heading", name, level=1), *table_below(rows, _is_header)]


def _is_header(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """Titles that span columns leave cells empty."""
    return not all(first) or looks_like_header(first, second)


def _text(value: Value) -> str:
    match value:
        case bool():
            return "oui" if value else "non"
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return " ".join(str(value).split())
