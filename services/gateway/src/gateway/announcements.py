"""What is said of a report outside of its technician's chat: the card and the notice."""

from collections.abc import Sequence

from contracts.actions import COLUMNS, GROUPS, PARIS, Action
from contracts.cards import CardRequest
from contracts.notices import NoticeMedia, NoticeRequest
from gateway import received, texts
from gateway.file_names import FileKind
from gateway.received import Received
from gateway.reports import ReportRecord
from gateway.universal_input import items

_ALBUM = 10
"""Telegram's bound of one album."""


def card(record: ReportRecord, rows: Sequence[Received]) -> CardRequest:
    """One card a report, in its action's column."""
    kinds = received.kinds(rows)
    return CardRequest(
        column=COLUMNS[record.action],
        title=texts.card_title(record.client, record.technician),
        description=texts.card_description(
            technician=record.technician,
            client=record.client,
            at=record.opened_at.astimezone(PARIS),
            kinds=kinds,
            folder=record.folder,
            description=received.description(rows),
        ),
        attachments=(record.folder,) if kinds else (),
    )


def notice(record: ReportRecord, rows: Sequence[Received]) -> NoticeRequest:
    """One notice a report, to its action's group; a fault's photos come with it."""
    description = received.description(rows)
    photos = [row for row in rows if row.kind is FileKind.PHOTO]
    shows_photos = record.action is Action.SAV
    return NoticeRequest(
        group=GROUPS[record.action],
        text=texts.notice(
            record.action,
            technician=record.technician,
            client=record.client,
            kinds=received.kinds(rows),
            folder=record.folder,
            description=description,
            items=items(description),
        ),
        media=tuple(NoticeMedia(path=row.path) for row in photos[:_ALBUM] if row.path)
        if shows_photos
        else (),
    )
