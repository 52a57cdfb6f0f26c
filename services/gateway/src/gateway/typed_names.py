"""
Chantiers that were typed while nobody could say which ones there are: looked up again before anything is filed.

Which of them a name means: docs/decisions/0016-a-typed-name-is-looked-up-again.md
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from contracts.actions import Action, report_folder
from gateway import database, reports
from gateway.chantiers import ChantierBook, folder_for
from gateway.database import typed_names
from gateway.likeness import is_same, is_spelt_alike, nearest
from gateway.menus import Choice
from gateway.reports import ReportRecord

_MOST_NAMED = 2


@dataclass(frozen=True)
class TypedName:
    """
    What was typed for a report, and what became of it once ``settled``.

    ``found`` is the label of the chantier that it means; ``near`` those of chantiers that it may have meant.
    """

    report_id: str
    typed: str
    settled: bool = False
    found: str = ""
    near: tuple[str, ...] = ()


async def note(db: AsyncConnection, report_id: str, typed: str) -> None:
    """Keep a name to be looked up; the first word stands."""
    await database.add_once(db, typed_names, _row(TypedName(report_id, typed)))


async def of_report(
    db: AsyncConnection, report_id: str, *, for_update: bool = False
) -> TypedName | None:
    query = select(typed_names).where(typed_names.c.report_id == report_id)
    if for_update:
        query = query.with_for_update()
    row = (await db.execute(query)).mappings().one_or_none()
    return TypedName(**{**row, "near": tuple(row["near"])}) if row else None


class NameSettler:
    """Gives a report the chantier that its typed name can only mean; else it stays as typed."""

    def __init__(self, engine: AsyncEngine, book: ChantierBook) -> None:
        self._engine = engine
        self._book = book

    async def settle(self, record: ReportRecord) -> ReportRecord:
        """
        Look a report's name up, once: what was decided stands, through retries and kills.

        Returns:
            The report as it is to be filed.

        Raises:
            ServiceError: Storage does not say which chantiers there are.
        """
        async with self._engine.connect() as db:
            name = await of_report(db, record.report_id)
        if name is None or name.settled:
            return record
        choices = await self._book.like(name.typed)
        async with self._engine.begin() as db:
            kept = await of_report(db, record.report_id, for_update=True)
            if kept == name:
                await _decide(db, record, name, choices)
            found = await reports.record(db, record.report_id)
        assert found is not None
        return found


async def _decide(
    db: AsyncConnection,
    record: ReportRecord,
    name: TypedName,
    choices: Sequence[Choice],
) -> None:
    meant = unmistakable(record.action, name.typed, choices)
    if meant is not None:
        chantier = folder_for(record.action, meant)
        folder = report_folder(record.action, chantier, record.opened_at)
        await reports.change(
            db,
            record.report_id,
            chantier=chantier,
            client=meant.client,
            folder=str(folder),
        )
        settled = replace(name, settled=True, found=meant.label)
    else:
        near = nearest(name.typed, choices)[:_MOST_NAMED]
        labels = tuple(choice.label for choice in near)
        settled = replace(name, settled=True, near=labels)
    await database.put(db, typed_names, _row(settled))


def unmistakable(
    action: Action, typed: str, choices: Sequence[Choice]
) -> Choice | None:
    """The chantier that *typed* names up to capitals, else up to accents too; ``None`` where several folders are called so."""
    for names in (is_same, is_spelt_alike):
        same = [choice for choice in choices if names(typed, choice)]
        if same:
            folders = {folder_for(action, choice) for choice in same}
            return same[0] if len(folders) == 1 else None
    return None


def _row(name: TypedName) -> dict[str, object]:
    return {**vars(name), "near": list(name.near)}
