"""The settings that every service has, and how settings are read."""

import os
from pathlib import Path
from typing import Any, Literal

from dotenv import dotenv_values
from pydantic import Field, SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from chassis.readers import UNREAD_S

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class ServiceSettings(BaseSettings):
    """
    Read from the environment and from ``.env``; ``NAME_FILE`` reads any of them from a file, and so does systemd's
    ``LoadCredential=etm:FOLDER`` with a file of that name in the folder.

    A subclass gives ``port`` its default and adds its own fields.
    """

    model_config = SettingsConfigDict(
        env_file=".env",
        env_prefix="",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    data_dir: Path = Path("data")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["json", "console"] = "json"
    unread_s: float = Field(default=UNREAD_S, gt=0)
    """A caller that takes nothing of its answer for so long is hung up on."""
    api_keys: SecretStr | None = None
    """Who may call this service; the form is told in `chassis.auth`."""
    service_key: SecretStr | None = None
    """The key with which this service calls the others."""

    @property
    def on_loopback(self) -> bool:
        return self.host in _LOOPBACK

    @property
    def tables(self) -> tuple[Path, ...]:
        """The SQLite files in which the service keeps its tables."""
        return ()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (
            init_settings,
            _FromNamedFiles(settings_cls, dotenv_settings),
            env_settings,
            dotenv_settings,
        )

    def secrets(self) -> tuple[str, ...]:
        """All secret values at hand, so that logs can leave them out."""
        values = (getattr(self, name) for name in type(self).model_fields)
        return tuple(
            value.get_secret_value() for value in values if isinstance(value, SecretStr)
        )


class _FromNamedFiles(PydanticBaseSettingsSource):
    """``NEXTCLOUD_PASSWORD_FILE=/run/secrets/nextcloud`` gives ``NEXTCLOUD_PASSWORD``."""

    def __init__(
        self,
        settings_cls: type[BaseSettings],
        dotenv_settings: PydanticBaseSettingsSource,
    ) -> None:
        super().__init__(settings_cls)
        env_file = getattr(dotenv_settings, "env_file", None)
        self._in_env_file = dotenv_values(env_file) if env_file else {}

    def get_field_value(
        self, field: FieldInfo, field_name: str
    ) -> tuple[Any, str, bool]:
        setting = f"{field_name.upper()}_FILE"
        path = os.environ.get(setting) or self._in_env_file.get(setting)
        if not path:
            path = _credential(field_name.upper())
        return ((_read(setting, path) or None) if path else None), field_name, False

    def __call__(self) -> dict[str, Any]:
        values = {
            name: self.get_field_value(field, name)[0]
            for name, field in self.settings_cls.model_fields.items()
        }
        return {name: value for name, value in values.items() if value is not None}


def _credential(name: str) -> str | None:
    """Where systemd has put a credential of that name. Source: systemd.exec(5), ``LoadCredential=``."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    path = Path(folder, f"etm_{name}") if folder else None
    return str(path) if path and path.is_file() else None


def _read(setting: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise OSError(f"{setting}: {path} cannot be read ({error.strerror})") from error
