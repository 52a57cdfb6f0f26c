"""The files among what technicians sent: named, filed, replaced, withdrawn."""

from collections.abc import Sequence

from sqlalchemy import Update
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.telegram.media import file_number
from gateway import database
from gateway.database import messages, replaced_files
from gateway.file_names import file_name
from gateway.received import DISCARDED, Received, change, changed


def is_replaced(kept: Received, row: Received) -> bool:
    """Whether a message holds another file than it did; of one file the ``file_id`` may differ."""
    if row.file_id is None:
        return False
    return kept.file_id is None or file_number(kept.file_id) != file_number(row.file_id)


async def replace_file(db: AsyncConnection, kept: Received, row: Received) -> None:
    """Let a message's new file stand in place of the old one; where that is filed already it stays there, and this is one more."""
    if kept.path is not None:
        await _stay(db, kept, kept.path)
    await change(
        db,
        row,
        kind=row.kind,
        file_id=row.file_id,
        extension=row.extension,
        mime_type=row.mime_type,
        size_bytes=row.size_bytes,
        name=None,
        path=None,
        sha256=None,
    )


async def name_files(db: AsyncConnection, rows: Sequence[Received]) -> None:
    """Name the files that have no name yet, in their order, after those that have one."""
    files = [row for row in rows if row.kind is not None]
    named = sum(1 for row in files if row.name is not None)
    unnamed = (row for row in files if row.name is None)
    for position, row in enumerate(unnamed, start=named + 1):
        assert row.kind is not None
        name = file_name(row.kind, position, row.sent_at, row.extension or "")
        await change(db, row, name=name)


async def filed(db: AsyncConnection, row: Received, path: str, sha256: str) -> None:
    """Note where a file is, so that it is not sent again; one that was replaced meanwhile stays beside the new one."""
    noted = await db.execute(
        _of_file(row)
        .values(path=path, sha256=sha256)
        .returning(messages.c.message_id)  # rowcount is -1 with psycopg
    )
    if noted.first() is None:
        await _stay(db, row, path)


async def withdraw(db: AsyncConnection, row: Received) -> None:
    """Take a message out of its report, which its album stays with; not where it holds another file meanwhile."""
    await db.execute(
        _of_file(row).values(report_id=f"{DISCARDED}{row.report_id}"),
    )


async def _stay(db: AsyncConnection, row: Received, path: str) -> None:
    """Count a file that lies in the report's folder, whatever its message holds."""
    values = {column.name: getattr(row, column.name) for column in replaced_files.c}
    await database.add_once(db, replaced_files, {**values, "path": path})


def _of_file(row: Received) -> Update:
    """Change a message while it holds the file that it held."""
    return changed(row).where(messages.c.file_id == row.file_id)
