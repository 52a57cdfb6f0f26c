"""The four apps, as their settings' defaults make them; nothing of them is opened."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from pydantic import SecretStr

from gateway.app import create_app as gateway
from gateway.settings import GatewaySettings
from knowledge.app import create_app as knowledge
from knowledge.settings import KnowledgeSettings
from notifier.app import create_app as notifier
from notifier.settings import NotifierSettings
from storage.app import create_app as storage
from storage.settings import StorageSettings

WRITES = "look-alike-key-writes"
READS = "look-alike-key-of-a-reader"
KEYS = SecretStr(
    f"all={WRITES}; reads={READS} gateway:read storage:read knowledge:read notifier:read"
)
_TELEGRAM: dict[str, Any] = {
    "telegram_api_id": 1,
    "telegram_api_hash": SecretStr("x"),
    "telegram_bot_token": SecretStr("1:x"),
    "telegram_groups": "chantier=-5000000001,sav=-5000000003,magasinier=-5000000002",
}
_CLOUD: dict[str, Any] = {
    "nextcloud_url": "http://127.0.0.1:9",
    "nextcloud_user": "j",
    "nextcloud_password": SecretStr("x"),
}


@dataclass(frozen=True)
class Operation:
    """One route with one of its methods, as a service's document tells it."""

    service: str
    path: str
    method: str
    told: dict[str, Any]

    @property
    def parameters(self) -> set[str]:
        return {one["name"] for one in self.told.get("parameters", [])}

    def answer(self, status: str) -> Any:
        """The schema of what a status answers in JSON."""
        content = self.told["responses"][status].get("content", {})
        return content.get("application/json", {}).get("schema", {})

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"


def app_of(service: str, **settings: Any) -> FastAPI:
    given = {"_env_file": None, "api_keys": KEYS} | settings
    if service == "gateway":
        return gateway(GatewaySettings(**given, **_TELEGRAM))
    if service == "storage":
        return storage(StorageSettings(**given, **_CLOUD))
    if service == "knowledge":
        return knowledge(KnowledgeSettings(**given))
    return notifier(NotifierSettings(**given, **_TELEGRAM))


SERVICES = ("gateway", "storage", "knowledge", "notifier")
APPS = {service: app_of(service) for service in SERVICES}
DOCUMENTS: dict[str, dict[str, Any]] = {
    name: app.openapi() for name, app in APPS.items()
}


def operations() -> Iterator[Operation]:
    for service, document in DOCUMENTS.items():
        for path, methods in document["paths"].items():
            for method, told in methods.items():
                yield Operation(service, path, method, told)
