"""The gateway's settings."""

import base64
import binascii
from pathlib import Path
from typing import Self
from urllib.parse import parse_qsl, urlsplit

import httpx
from pydantic import Field, SecretStr, field_validator, model_validator

from chassis.telegram import TelegramSettings
from chassis.telegram.account import parsed_groups
from contracts.actions import GROUPS

NO_SERVICE = "none"
LONGEST_URL = 500
"""What the table of events holds."""
IN_BASE64 = "whsec_"
"""Before a secret in base64. Source: github.com/standard-webhooks/standard-webhooks."""


class GatewaySettings(TelegramSettings):
    """Names are those of the environment, in capitals. ``TELEGRAM_USERS`` reads ``12345678,23456789``."""

    port: int = Field(default=8001, ge=0, le=65535)
    telegram_groups: str = Field(default="", validate_default=True)
    database_url: SecretStr | None = None
    storage_url: str = "http://127.0.0.1:8002"
    knowledge_url: str = "http://127.0.0.1:8003"
    """``none``: there is no knowledge service, and nobody waits for one."""
    notifier_url: str = "http://127.0.0.1:8004"
    telegram_users: str = ""
    """Ids of people who may talk to the bot without being in a group."""

    webhook_urls: SecretStr = SecretStr("")
    """Addresses, parted by blanks or commas, that are told of reports; an address of n8n's is as good as a key."""
    webhook_secret: SecretStr | None = None

    quiet_s: float = Field(default=3.0, ge=0)
    """How long an album rests before its report is closed; each photo starts it again."""
    join_window_s: float = Field(default=120.0, ge=0)
    """For how long after such a close new photos join the report."""
    remind_s: float = Field(default=600.0, gt=0)
    """After this rest a technician is reminded of a report that he has not sent, once."""
    list_wait_s: float = Field(default=5.0, gt=0)
    """How long a technician waits for his list of chantiers; without it he is asked for the name."""
    progress_interval_s: float = Field(default=1.0, ge=0)
    """How far apart the edits of one progress message are; Telegram allows about one a second and chat."""
    retry_first_s: float = Field(default=1.0, gt=0)
    retry_longest_s: float = Field(default=60.0, gt=0)
    help_wait_s: float = Field(default=600.0, ge=0)
    """For how long after a fault was reported its technician still gets help from a knowledge that was away."""
    downloads_at_once: int = Field(default=64, ge=1)
    """Files of Telegram's that callers may be reading at once; each takes 1.1 MB for as long as it is read."""
    kept_days: float = Field(default=30.0, ge=7)
    """For how long ended work, sent answers and told events are kept; far longer than Telegram keeps updates."""
    stuck_after_s: float = Field(default=3600.0, gt=0)
    """A report that is not filed after this time needs a person, say ``/readyz`` and ``/metrics``."""

    @field_validator("telegram_groups")
    @classmethod
    def _groups_read_each_report(cls, groups: str) -> str:
        named = parsed_groups(groups)
        missing = [group for group in GROUPS.values() if group not in named]
        if missing:
            raise ValueError(
                f"no group is named {', '.join(missing)}: reports go to {', '.join(GROUPS.values())}, "
                "each as name=chat_id, parted by commas"
            )
        return groups

    @field_validator("telegram_users")
    @classmethod
    def _users_parse(cls, users: str) -> str:
        _parsed_users(users)
        return users

    @field_validator("knowledge_url")
    @classmethod
    def _knowledge_is_an_address_or_none(cls, url: str) -> str:
        if url != NO_SERVICE and not _is_address(url):
            raise ValueError("KNOWLEDGE_URL is an http:// address, or none")
        return url

    @field_validator("webhook_urls")
    @classmethod
    def _webhooks_are_addresses(cls, urls: SecretStr) -> SecretStr:
        """A refusal does not name them."""
        for place, url in enumerate(_parsed_urls(urls), start=1):
            if not _is_address(url):
                raise ValueError(f"number {place} is no http:// or https:// address")
            if len(url) > LONGEST_URL:
                raise ValueError(
                    f"number {place} has more than {LONGEST_URL} characters"
                )
        return urls

    @model_validator(mode="after")
    def _webhooks_are_signed(self) -> Self:
        if self.webhooks and self.webhook_secret is None:
            raise ValueError("WEBHOOK_URLS needs a WEBHOOK_SECRET to sign with")
        if self.webhook_secret is not None:
            _require_secret(self.webhook_secret.get_secret_value())
        return self

    @property
    def has_knowledge(self) -> bool:
        return self.knowledge_url != NO_SERVICE

    @property
    def webhooks(self) -> tuple[str, ...]:
        return _parsed_urls(self.webhook_urls)

    @property
    def tables(self) -> tuple[Path, ...]:
        names = () if self.database_url else ("gateway.sqlite", "gateway-work.sqlite")
        return tuple(self.data_dir / name for name in names)

    def secrets(self) -> tuple[str, ...]:
        """Give all that logs leave out; of a webhook's address all but its host."""
        parts = (part for url in self.webhooks for part in _secrets_of(url))
        return (*super().secrets(), *self.webhooks, *parts)

    @property
    def users(self) -> frozenset[int]:
        return _parsed_users(self.telegram_users)


def _parsed_users(users: str) -> frozenset[int]:
    return frozenset(int(user) for user in users.split(",") if user.strip())


def _parsed_urls(urls: SecretStr) -> tuple[str, ...]:
    return tuple(urls.get_secret_value().replace(",", " ").split())


def _secrets_of(url: str) -> tuple[str, ...]:
    parsed = urlsplit(url)
    words = (value for _, value in parse_qsl(parsed.query))
    return tuple(filter(None, (parsed.password, parsed.path, parsed.query, *words)))


def _is_address(url: str) -> bool:
    try:
        parsed = urlsplit(url)
        httpx.URL(url)
    except (ValueError, httpx.InvalidURL):
        return False
    return parsed.scheme in {"http", "https"} and bool(parsed.hostname)


def _require_secret(secret: str) -> None:
    if not secret.startswith(IN_BASE64):
        return
    try:
        base64.b64decode(secret.removeprefix(IN_BASE64), validate=True)
    except binascii.Error:
        raise ValueError("WEBHOOK_SECRET: whsec_ is followed by base64") from None
