"""What runs: the services, and the peers in place of the accounts that are not configured."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from dotenv import dotenv_values

from demo.processes import OnLine, refuse_taken
from demo.stack import Stack, service_urls
from tests.peers.nextcloud import NextcloudPeer
from tests.peers.telegram import TelegramPeer

CHANTIER_GROUP = -5000000001
MAGASINIER_GROUP = -5000000002
SAV_GROUP = -5000000003
GROUPS = f"chantier={CHANTIER_GROUP},sav={SAV_GROUP},magasinier={MAGASINIER_GROUP}"
NEXTCLOUD_PORT = 8005
NEXTCLOUD_PASSWORD = "app-password"  # noqa: S105 - of the peer
_NEXTCLOUD = ("NEXTCLOUD_URL", "NEXTCLOUD_USER", "NEXTCLOUD_PASSWORD")
_TELEGRAM = ("TELEGRAM_API_ID", "TELEGRAM_API_HASH", "TELEGRAM_BOT_TOKEN")
_OURS = (
    "API_KEYS",
    "DATABASE_URL",
    "DEMO_",
    "GATEWAY_",
    "KNOWLEDGE_",
    "LLM_",
    "LOG_",
    "NEXTCLOUD_",
    "NOTIFIER_",
    "OLLAMA_",
    "QDRANT_",
    "SERVICE_KEY",
    "STORAGE_",
    "TELEGRAM_",
    "WEBHOOK_",
)


@dataclass(frozen=True)
class Home:
    """``nextcloud`` and ``telegram`` are None where the genuine one is configured; ``has_qdrant`` says so of Qdrant."""

    stack: Stack
    nextcloud: NextcloudPeer | None
    telegram: TelegramPeer | None
    has_qdrant: bool = False
    played: dict[str, str] = field(default_factory=dict)


@asynccontextmanager
async def open_home(data_dir: Path, on_line: OnLine) -> AsyncIterator[Home]:
    """
    Start everything; the environment and ``.env`` say what is genuine.

    Raises:
        DidNotStart: A service ended, or did not answer in time, or a port is taken.
    """
    configured = {
        **{k: v for k, v in dotenv_values(".env").items() if v},
        **_set_by_us(os.environ),
    }
    env = {"LOG_FORMAT": "console", **configured}
    for name, url in service_urls(env).items():
        refuse_taken(url, f"{name.upper()}_URL=http://127.0.0.1:…")
    played: dict[str, str] = {}
    async with AsyncExitStack() as closing:
        nextcloud = telegram = None
        if not _is_yours(_NEXTCLOUD, configured):
            nextcloud = NextcloudPeer(
                data_dir / "nextcloud", password=NEXTCLOUD_PASSWORD
            )
            port = int(env.get("DEMO_NEXTCLOUD_PORT", NEXTCLOUD_PORT))
            refuse_taken(f"http://127.0.0.1:{port}", "DEMO_NEXTCLOUD_PORT=…")
            url = await closing.enter_async_context(nextcloud.serve(port=port))
            env |= nextcloud_env(nextcloud, url)
            played["nextcloud"] = (
                f"{url} (played, without pages; its files are in {data_dir / 'nextcloud'})"
            )
        if not _is_yours(_TELEGRAM, configured):
            state = data_dir / "telegram"
            telegram = await closing.enter_async_context(TelegramPeer(state=state))
            env |= telegram_env(telegram)
            played["telegram"] = f"{telegram.address} (played over MTProto)"
        stack = Stack(data_dir, env, on_line)
        await stack.start()
        closing.push_async_callback(stack.stop)
        yield Home(stack, nextcloud, telegram, "QDRANT_URL" in configured, played)


def telegram_env(telegram: TelegramPeer) -> dict[str, str]:
    """The settings with which a service finds the peer in place of Telegram."""
    return {
        "TELEGRAM_SERVER": telegram.address,
        "TELEGRAM_SERVER_KEY": telegram.public_key_pem,
        "TELEGRAM_API_ID": str(telegram.api_id),
        "TELEGRAM_API_HASH": telegram.api_hash,
        "TELEGRAM_BOT_TOKEN": telegram.bot_token,
        "TELEGRAM_GROUPS": GROUPS,
    }


def nextcloud_env(nextcloud: NextcloudPeer, url: str) -> dict[str, str]:
    """The settings with which storage finds the peer in place of Nextcloud."""
    return {
        "NEXTCLOUD_URL": url,
        "NEXTCLOUD_USER": nextcloud.user,
        "NEXTCLOUD_PASSWORD": NEXTCLOUD_PASSWORD,
    }


def _is_yours(account: tuple[str, ...], configured: Mapping[str, str]) -> bool:
    """Whether anything of an account is given: what was forgotten of it is named by the services then, not played over."""
    return any(name in configured or f"{name}_FILE" in configured for name in account)


def _set_by_us(environ: Mapping[str, str]) -> dict[str, str]:
    """Those of the environment's variables that are settings of ours."""
    return {
        name: value
        for name, value in environ.items()
        if name.startswith(_OURS) and value
    }
