"""What a service has checked at its start: all that it keeps in SQLite, and nothing that it does not."""

from pathlib import Path

import pytest

from gateway.settings import GatewaySettings
from knowledge.settings import KnowledgeSettings
from notifier.settings import NotifierSettings
from storage.settings import StorageSettings
from tests.gateway.test_settings import TELEGRAM
from tests.together.house import House

ELSEWHERE = "postgresql://etm@example.org/etm"


@pytest.mark.asyncio(loop_scope="package")
@pytest.mark.parametrize("name", ["gateway", "storage", "knowledge", "notifier"])
async def test_each_file_of_a_service_is_checked(house: House, name: str):
    folder = house.folder / name

    noted = (folder / f".{name}.tables").read_text().split("\n")

    assert sorted(noted) == sorted(path.name for path in folder.rglob("*.sqlite"))


def test_what_stayed_when_the_tables_moved_to_postgres_is_not(tmp_path: Path):
    """A power cut that spoilt the file that `move-database` leaves kept a service from starting."""
    gateway = GatewaySettings(
        _env_file=None, data_dir=tmp_path, database_url=ELSEWHERE, **TELEGRAM
    )
    knowledge = KnowledgeSettings(
        _env_file=None, data_dir=tmp_path, database_url=ELSEWHERE
    )

    assert gateway.tables == knowledge.tables == ()


def test_services_that_share_a_folder_check_each_its_own(tmp_path: Path):
    """One was refused for what a power cut had done to another, and told to restore its own backup."""
    gateway = GatewaySettings(_env_file=None, data_dir=tmp_path, **TELEGRAM)
    notifier = NotifierSettings(_env_file=None, data_dir=tmp_path, **TELEGRAM)
    storage = StorageSettings(
        _env_file=None,
        data_dir=tmp_path,
        nextcloud_url="https://cloud.example.org",
        nextcloud_user="jean",
        nextcloud_password="app-password",
    )
    knowledge = KnowledgeSettings(_env_file=None, data_dir=tmp_path)

    files = [
        path
        for service in (gateway, notifier, storage, knowledge)
        for path in service.tables
    ]

    assert len(files) == len(set(files)) == 5
