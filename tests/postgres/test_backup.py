"""Story: machine and PostgreSQL are lost after a backup and a dump, taken and brought back as docs/guide-admin.md says."""

from pathlib import Path

import pytest

from tests.postgres.cluster import Cluster, run
from tests.together.house import open_house
from tests.together.lost import lost_and_restored

pytestmark = [pytest.mark.postgres, pytest.mark.asyncio(loop_scope="package")]


@pytest.mark.parametrize("emptied", [True, False], ids=["new server", "newer tables"])
async def test_report_under_way_at_the_dump_is_filed_once_after_the_restore(
    tmp_path: Path, cluster: Cluster, emptied: bool
):
    name = f"lost_{emptied}".lower()
    url = await cluster.make_database(name)
    dump = cluster.folder.parent / f"{name}.dump"

    async def dumped() -> None:
        await run("pg_dump", "--format=custom", f"--file={dump}", url)

    async def restored() -> None:
        if emptied:
            await cluster.ask(f"DROP DATABASE {name} WITH (FORCE)")
            await cluster.make_database(name)
        await run(
            *("pg_restore", "--clean", "--if-exists", "--single-transaction"),
            *(f"--dbname={url}", str(dump)),
        )

    async with open_house(tmp_path, {"DATABASE_URL": url}) as house:
        await lost_and_restored(house, tmp_path, backed_up=dumped, restored=restored)
