"""Settings as people write them."""

from typing import Any

import pytest
from pydantic import ValidationError

from storage.settings import StorageSettings

WHOLE = {
    "nextcloud_url": "https://cloud.example.org",
    "nextcloud_user": "jean.keller",
    "nextcloud_password": "app-password",
}


def made(**changed: Any) -> StorageSettings:
    return StorageSettings(_env_file=None, **{**WHOLE, **changed})


@pytest.mark.parametrize(
    ("copied", "base"),
    [
        ("https://cloud.example.org", "https://cloud.example.org"),
        (" https://cloud.example.org/ ", "https://cloud.example.org"),
        (
            "https://cloud.example.org/remote.php/dav/files/jean/",
            "https://cloud.example.org",
        ),
        (
            "https://cloud.example.org/index.php/apps/files/?dir=/",
            "https://cloud.example.org",
        ),
        ("https://cloud.example.org/apps/dashboard/", "https://cloud.example.org"),
        (
            "http://10.0.0.5:8080/nextcloud/remote.php/webdav",
            "http://10.0.0.5:8080/nextcloud",
        ),
        ("https://example.org/nextcloud/", "https://example.org/nextcloud"),
    ],
)
def test_address_is_taken_as_a_person_copies_it(copied: str, base: str):
    assert made(nextcloud_url=copied).nextcloud_url == base


@pytest.mark.parametrize(
    "wrong",
    ["", "cloud.example.org", "ftp://cloud.example.org", "https://u:p@example.org"],
)
def test_address_that_is_none_is_refused_with_a_word(wrong: str):
    with pytest.raises(ValidationError, match="address"):
        made(nextcloud_url=wrong)


@pytest.mark.parametrize("missing", ["nextcloud_user", "nextcloud_password"])
def test_what_is_missing_is_named(missing: str):
    with pytest.raises(ValidationError, match="set it to"):
        made(**{missing: ""})


def test_sizes_are_written_with_their_unit():
    assert made(storage_single_put_max="2GB").storage_single_put_max == 2_000_000_000


def test_password_is_not_shown():
    assert "app-password" not in repr(made())
