"""From SQLite to Postgres: all rows of a stopped service, in one transaction, or none."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import URL, MetaData, Table, func, insert, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from chassis.database import open_database, service_url
from chassis.locks import held

_AT_ONCE = 500


class NotMoved(OSError):
    """Nothing was copied: says why."""


def move(
    name: str,
    tables: MetaData,
    data_dir: Path,
    database_url: SecretStr | None,
    folder: Path | None = None,
    *,
    require_ended: Callable[[Path], None] | None = None,
) -> int:
    """
    Copy the rows of *tables* from the SQLite file in *folder* to ``DATABASE_URL``; the file stays as it is.

    Args:
        name: The service's; it must not run.
        tables: All of its own.
        data_dir: Where its lock is.
        database_url: The new home.
        folder: Of the SQLite file; *data_dir* itself when absent.
        require_ended: Looks into the folder for what the service keeps beside *tables*, which is not copied; raises
            `NotMoved` where some of it is under way.

    Returns:
        How many rows.

    Raises:
        NotMoved: The service works, has work under way, or one of the two homes is not as it has to be.
    """
    folder = folder or data_dir
    source = service_url(None, folder, name)
    target = service_url(database_url, folder, name)
    if target.get_backend_name() == "sqlite":
        raise NotMoved("set DATABASE_URL to the Postgres that the data move to")
    if not Path(str(source.database)).is_file():
        raise NotMoved(f"{source.database} is not there: nothing has to be moved")
    with held(data_dir / f"{name}.lock"):
        if require_ended is not None:
            require_ended(folder)
        try:
            return asyncio.run(_copied(source, target, tables))
        except SQLAlchemyError as error:
            raise NotMoved(f"nothing was moved: {error}") from error


async def _copied(source: URL, target: URL, tables: MetaData) -> int:
    await _require_there(target)
    origin, goal = (
        await open_database(source, tables),
        await open_database(target, tables),
    )
    try:
        async with origin.connect() as old, goal.begin() as new:
            for table in tables.sorted_tables:
                if await new.scalar(select(func.count()).select_from(table)):
                    raise NotMoved(
                        f"there are rows in {table.name} of DATABASE_URL already"
                    )
            return sum(
                [await _table_copied(old, new, table) for table in tables.sorted_tables]
            )
    finally:
        await origin.dispose()
        await goal.dispose()


async def _require_there(target: URL) -> None:
    """A service waits for its Postgres; who types a command wants to hear that it is away."""
    engine = create_async_engine(target)
    try:
        async with engine.connect():
            pass
    finally:
        await engine.dispose()


async def _table_copied(
    old: AsyncConnection, new: AsyncConnection, table: Table
) -> int:
    copied = 0
    rows = await old.stream(select(table))
    async for some in rows.mappings().partitions(_AT_ONCE):
        await new.execute(insert(table), [_kept(row) for row in some])
        copied += len(some)
    number = table.autoincrement_column
    if copied and number is not None:
        # What was copied has its numbers; Postgres counts on from the highest.
        await new.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', '{number.name}'), "  # noqa: S608 - names of ours
                f"(SELECT max({number.name}) FROM {table.name}))"
            )
        )
    return copied


def _kept(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Postgres keeps no NUL; SQLite did."""
    return {
        name: value.replace("\0", "") if isinstance(value, str) else value
        for name, value in row.items()
    }
