"""A disk of the service's own that takes nothing."""

from pathlib import Path

import pytest
from sqlalchemy import Column, MetaData, String, Table

from chassis.database import open_database, service_url
from chassis.own_disk import takes
from contracts.errors import StorageFull, Unavailable
from tests.full_disk import small_files


async def test_a_disk_with_room_is_writable_and_left_as_it_was(tmp_path: Path):
    assert await takes(tmp_path) == "writable"
    assert list(tmp_path.iterdir()) == []


async def test_a_full_disk_is_said(tmp_path: Path):
    with small_files(), pytest.raises(StorageFull, match="DATA_DIR takes nothing"):
        await takes(tmp_path)


async def test_a_database_that_is_opened_on_a_full_disk_says_so(tmp_path: Path):
    """SQLite says *disk I/O error*, after a start that was killed too."""
    tables = MetaData()
    Table("notes", tables, Column("name", String, primary_key=True))

    with small_files(), pytest.raises(StorageFull, match="DATA_DIR takes nothing"):
        await open_database(service_url(None, tmp_path, "knowledge"), tables)


async def test_a_folder_that_cannot_be_written_to_is_said(tmp_path: Path):
    with pytest.raises(Unavailable, match=r"DATA_DIR takes nothing \(.+\): mount"):
        await takes(tmp_path / "gone")
