"""The notifier's settings."""

from pathlib import Path

from pydantic import Field, SecretStr

from chassis.telegram import TelegramSettings


class NotifierSettings(TelegramSettings):
    """Names are those of the environment, in capitals."""

    port: int = Field(default=8004, ge=0, le=65535)
    database_url: SecretStr | None = None
    storage_url: str = "http://127.0.0.1:8002"
    """Where media given by ``path`` are read."""
    notifier_reserve_bytes: int = Field(default=256 * 1024 * 1024, ge=0)
    """Of the disk, that files sent with notices leave free; 507 says so."""
    retry_first_s: float = Field(default=1.0, gt=0)
    retry_longest_s: float = Field(default=300.0, gt=0)
    """Tries of a notice that Telegram does not take are this far apart at most; see `notifier.delivery` for their end."""
    stuck_after_s: float = Field(default=3600.0, gt=0)
    """``/readyz`` names the age of the oldest notice that is not delivered after this time."""

    @property
    def tables(self) -> tuple[Path, ...]:
        return () if self.database_url else (self.data_dir / "notifier.sqlite",)
