"""
What is said of a report outside of its technician's chat: the card and the notice.

Of what is longer than they have room for its beginning is said; all of it stays in the report.
"""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from contracts.actions import COLUMNS, GROUPS, PARIS, Action
from contracts.cards import MAX_DESCRIPTION, CardRequest
from contracts.notice_templates import (
    MAX_NAME,
    FinData,
    MaterielData,
    SavData,
    TemplateData,
)
from contracts.notices import MAX_MEDIA, NoticeMedia, NoticeRequest
from contracts.wording import LONGEST, counted, shown
from gateway import received, texts
from gateway.file_names import FileKind
from gateway.markdown import literal, quoted
from gateway.received import Received
from gateway.reports import ReportRecord
from gateway.universal_input import items


def card(record: ReportRecord, rows: Sequence[Received]) -> CardRequest:
    """One card a report, in its action's column."""
    return CardRequest(
        column=COLUMNS[record.action],
        title=f"{shown(record.client, 150)} — {shown(record.technician)}",
        description=shown(_card_description(record, rows), MAX_DESCRIPTION),
        attachments=(record.folder,) if received.kinds(rows) else (),
    )


def _card_description(record: ReportRecord, rows: Sequence[Received]) -> str:
    """Markdown, in which what was typed means only itself; the description stands in a quotation."""
    lines = [
        f"👷 {literal(record.technician)}",
        f"🏠 {literal(record.client)}",
        f"🕒 {record.opened_at.astimezone(PARIS):%d/%m/%Y %H:%M}",
    ]
    if kinds := received.kinds(rows):
        lines.append(f"📸 {counted(kinds)} → {literal(record.folder)}/")
    if description := received.description(rows):
        lines += ["", *quoted(description)]
    return "\n".join(lines)


def notice(record: ReportRecord, rows: Sequence[Received]) -> NoticeRequest:
    """One notice a report, to its action's group; its words are the notifier's."""
    return NoticeRequest(
        group=GROUPS[record.action],
        template=record.action,
        data=_data(record, rows),
        media=_media(rows) if record.action is Action.SAV else (),
    )


def _data(record: ReportRecord, rows: Sequence[Received]) -> TemplateData:
    kinds = received.kinds(rows)
    common: dict[str, Any] = {
        "technician": shown(record.technician, MAX_NAME),
        "chantier": shown(record.client, MAX_NAME),
        "folder": record.folder if kinds else "",
        "photos": kinds.count(FileKind.PHOTO),
        "videos": kinds.count(FileKind.VIDEO),
        "documents": kinds.count(FileKind.DOCUMENT),
    }
    if record.action is Action.FIN:
        return FinData(**common)
    told = shown(received.description(rows), LONGEST)
    if record.action is Action.SAV:
        return SavData(**common, description=told or texts.WIPED_OUT)
    return MaterielData(**common, items=items(told) or (texts.WIPED_OUT,))


def _media(rows: Sequence[Received]) -> tuple[NoticeMedia, ...]:
    """Show what was filed by Telegram's own copy; storage's serves when that reference has expired."""
    filed = (row for row in rows if row.path is not None)
    media = (NoticeMedia(file_id=row.file_id, path=row.path) for row in filed)
    return tuple(islice(media, MAX_MEDIA))
