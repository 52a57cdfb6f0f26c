"""Messages that were edited after they were sent."""

from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.telegram import IncomingMessage
from gateway import received, report_files, reports
from gateway.universal_input import universal_input


async def correct(engine: AsyncEngine, message: IncomingMessage) -> str | None:
    """Let an edited text, or another file, stand in place of the old one; its report, where it has one: it is to be shown or filed anew."""
    row = received.received(message)
    async with engine.begin() as db:
        kept = await received.kept(db, row)
        if kept is None:
            return None
        report = await reports.record(db, kept.report_id or "", for_update=True)
        # Anew: who files it may just have noted where it is.
        kept = await received.kept(db, row, for_update=True)
        assert kept is not None
        is_replaced = received.is_file(message) and report_files.is_replaced(kept, row)
        text = row.text if report is None else _described(row.text, report.client)
        if kept.text == text and not is_replaced:
            return None
        if is_replaced:
            await report_files.replace_file(db, kept, row)
        await received.change(db, row, text=text)
        if report is None:
            return None
        await reports.mark_late(db, report.report_id)
    return report.report_id


def _described(text: str, client: str) -> str:
    """What ``Müller / description`` says of *client*; any other text whole."""
    typed = universal_input(text)
    is_named = typed.chantier.casefold() == client.casefold()
    return typed.description if is_named else text
