"""The tables that this version wants, made from those of any version before it: docs/decisions/0021-columns-are-only-added.md"""

from sqlalchemy import Column, Connection, MetaData, Table, inspect
from sqlalchemy.schema import CreateColumn

_ONE_AT_A_TIME = 4_771_021
"""Whose lock a Postgres gives to one who completes a database; who opens a SQLite file to write is alone."""


def complete(connection: Connection, tables: MetaData) -> None:
    """
    Make the tables, columns and indexes of *tables* that are missing, and change nothing that is there.

    Raises:
        TypeError: Rows of the version before could not have a new column.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})")
    tables.create_all(connection)
    there = inspect(connection)
    for table in tables.sorted_tables:
        columns = {column["name"] for column in there.get_columns(table.name)}
        for column in table.columns:
            if column.name not in columns:
                _add(connection, table, column)
        indexes = {index["name"] for index in there.get_indexes(table.name)}
        for index in table.indexes:
            if index.name not in indexes:
                index.create(connection)


def _add(connection: Connection, table: Table, column: Column[object]) -> None:
    suits_old_rows = column.nullable or column.server_default is not None
    if not suits_old_rows or column.unique or column.foreign_keys:
        raise TypeError(
            f"{table.name}.{column.name} is new: it has to be nullable or have a server_default, and be neither unique nor a foreign key"
        )
    name = connection.dialect.identifier_preparer.format_table(table)
    wanted = CreateColumn(column).compile(dialect=connection.dialect)
    connection.exec_driver_sql(f"ALTER TABLE {name} ADD COLUMN {wanted}")
