"""What the storage service can be told."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, ByteSize, Field, SecretStr

from chassis.settings import ServiceSettings


def _base_url(text: str) -> str:
    """Take a Nextcloud address as a person copies it: what follows the installation's folder falls away."""
    if not text.strip():
        raise ValueError(
            "set it to your Nextcloud's address, such as https://cloud.example.org"
        )
    parts = urlsplit(text.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("write the full address, such as https://cloud.example.org")
    if parts.username or parts.password:
        raise ValueError("leave the name and password out of the address")
    path = parts.path
    for marker in ("/remote.php", "/index.php", "/apps/", "/s/", "/status.php"):
        path = path.partition(marker)[0]
    return f"{parts.scheme}://{parts.netloc}{path.rstrip('/')}"


def _user(text: str) -> str:
    if not text.strip():
        raise ValueError(
            "set it to the user name that Nextcloud shows with the app password"
        )
    return text.strip()


def _password(secret: SecretStr) -> SecretStr:
    if not secret.get_secret_value():
        raise ValueError(
            "set it to an app password (Nextcloud: personal settings, security)"
        )
    return secret


class StorageSettings(ServiceSettings):
    """
    ``nextcloud_password`` is an app password: a login password costs half a second a request.

    All that the service reads and writes lies below ``nextcloud_root``.
    """

    port: int = Field(default=8002, ge=0, le=65535)
    nextcloud_url: Annotated[str, AfterValidator(_base_url)] = Field(
        default="", validate_default=True
    )
    nextcloud_user: Annotated[str, AfterValidator(_user)] = Field(
        default="", validate_default=True
    )
    nextcloud_password: Annotated[SecretStr, AfterValidator(_password)] = Field(
        default=SecretStr(""), validate_default=True
    )
    nextcloud_root: str = ""
    nextcloud_patience_s: float = Field(default=20, ge=0)
    """For how long one request to Nextcloud is tried again."""
    nextcloud_pause_s: float = Field(default=0.1, gt=0, le=10)
    """The first pause between two tries; it doubles."""
    nextcloud_full_s: float = Field(default=300, gt=0)
    """After which a caller that was told of a full Nextcloud may ask again: people free space, not time."""
    nextcloud_stalled_s: float = Field(default=120, gt=0)
    """For how long Nextcloud may neither take nor say anything; it has longer for joining a large file."""
    nextcloud_side_by_side: int = Field(default=8, ge=1, le=64)
    """Requests to Nextcloud at once; it was measured with 8 PHP workers, 4 uploads reach their bound."""
    storage_single_put_max: ByteSize = Field(default=ByteSize(100_000_000), gt=0)
    """Above this a file goes in chunks if the line needs 4 s or more for it; a 413 of the server lowers it by itself."""
    storage_chunk_max: ByteSize = Field(default=ByteSize(8 * 1024 * 1024), gt=0)
    """One chunk an upload is held in memory, so that it can be sent again; on a fast line larger ones pass through."""
    storage_stalled_s: float = Field(default=300, gt=0)
    """For how long a caller may send nothing, and a file's first MiB take: longer than a flood wait that the gateway sits out."""
    storage_delete_below: str = "Chantiers,SAV_Urgent,Logistique"
    """Folders, parted by commas, below which ``DELETE`` is allowed."""
    deck_board: str = Field(default="ETM Chantiers", min_length=1, max_length=100)

    @property
    def tables(self) -> tuple[Path, ...]:
        return (self.data_dir / "storage.sqlite",)
