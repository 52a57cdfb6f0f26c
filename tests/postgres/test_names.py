"""Reports looked for by a name, in a genuine PostgreSQL."""

from pathlib import Path

import pytest

from tests.gateway.conftest import open_house
from tests.postgres.cluster import Cluster

pytestmark = [pytest.mark.postgres, pytest.mark.asyncio(loop_scope="package")]


async def test_reports_are_found_by_a_name_however_it_is_typed(
    tmp_path: Path, cluster: Cluster
):
    url = await cluster.make_database("names")
    async with open_house(tmp_path) as house, house.gateway(database_url=url) as http:
        await house.choose_chantier()
        await house.jean.send_photo(house.jpeg(1))
        await house.jean.sees("1 photo reçue")
        await house.jean.press("Envoyer")
        await house.until_filed(http)

        found = await http.get("/gateway/reports?q=MULLER")
        none = await http.get("/gateway/reports?q=weber")

    assert len(found.json()["items"]) == 1
    assert none.json()["items"] == []
