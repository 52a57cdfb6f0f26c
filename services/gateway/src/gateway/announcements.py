"""What is said of a report outside of its technician's chat: the card and the notice."""

from collections.abc import Sequence

from contracts.actions import COLUMNS, GROUPS, PARIS
from contracts.cards import CardRequest
from contracts.notices import NoticeRequest
from gateway import received, texts
from gateway.received import Received
from gateway.reports import ReportRecord
from gateway.universal_input import items


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
    """One notice a report, to its action's group."""
    description = received.description(rows)
    text = texts.notice(
        record.action,
        technician=record.technician,
        client=record.client,
        kinds=received.kinds(rows),
        folder=record.folder,
        description=description,
        items=items(description),
    )
    return NoticeRequest(group=GROUPS[record.action], text=text)
