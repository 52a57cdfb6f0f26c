"""Story: a backup is restored, with all state in SQLite; `tests/postgres` has the same with PostgreSQL."""

import pytest

from tests.together.house import open_house
from tests.together.lost import lost_and_restored


@pytest.mark.slow
async def test_report_under_way_at_the_backup_is_filed_once_after_the_restore(tmp_path):
    async with open_house(tmp_path) as house:
        await lost_and_restored(house, tmp_path, backed_up=nothing, restored=nothing)


async def nothing() -> None:
    """The services' own backups hold it all."""
