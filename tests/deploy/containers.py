"""The images, and the containers that deploy/compose.yaml makes of them, by podman and podman-compose."""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.deploy.tools import CACHE, ROOT, debian, run

SERVICES = ("gateway", "storage", "knowledge", "notifier")
BASE = "localhost/etm-base"
CADDY = "localhost/etm-caddy"
PROJECT = "etm-proof"
HTTPS_PORT = 18443
_COMPOSE = CACHE / "podman-compose"

_CONTAINERS_CONF = """
[containers]
# Whoever may not raise limits starts nothing with podman's own, which are above this machine's.
default_ulimits = ["nofile={files}:{files}", "nproc=4096:4096"]
log_driver = "k8s-file"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_backend = "netavark"
network_config_dir = "{folder}/networks"
"""
_STORAGE_CONF = """
[storage]
driver = "overlay"
graphroot = "{folder}/storage"
runroot = "/run/etm-proof"
"""


_PLAYED_TELEGRAM = """
x-key: &key
  environment: { TELEGRAM_SERVER_KEY_FILE: /run/secrets/telegram_server_key }
  secrets: [telegram_server_key]
services: { gateway: *key, notifier: *key }
secrets: { telegram_server_key: { file: ./secrets/telegram_server_key } }
"""
"""The one thing that a real Telegram does not need: the public key of the played one."""


class Containers:
    """
    Podman with a storage of its own below .cache, so that nothing of the machine's own is touched.

    Args:
        settings: What ``.env`` holds, without the secrets.
        secrets: By the file's name.
        folder: A copy of deploy/ is made here.
    """

    def __init__(
        self, settings: dict[str, str], secrets: dict[str, str], folder: Path
    ) -> None:
        self._deploy = folder / "deploy"
        self._env = _podman_env()
        self._settings = settings
        self._secrets = secrets

    def podman(self, *words: str | Path, timeout_s: float = 600) -> str:
        return run("podman", *words, env=self._env, timeout_s=timeout_s)

    def build(self) -> None:
        """Make the four images as an admin would, on a Debian made here; kept layers are used again."""
        if not self._has(BASE):
            self.podman("import", debian("base"), BASE)
        for service in SERVICES:
            print(f"building etm-{service}", flush=True)
            self.podman(
                *("build", "--quiet", "--format=docker", "--network=host"),
                *(f"--build-arg=BASE={BASE}", f"--build-arg=SERVICE={service}"),
                *(
                    "-f",
                    ROOT / "deploy" / "Containerfile",
                    "-t",
                    f"localhost/etm-{service}",
                ),
                ROOT,
            )
        if not self._has(CADDY):
            print("building a Caddy of Debian's", flush=True)
            recipe = self._deploy.parent / "Containerfile.caddy"
            recipe.write_text(
                f"FROM {BASE}\nRUN apt-get update && apt-get install --yes --no-install-recommends caddy\n"
            )
            self.podman(
                "build",
                "--quiet",
                "--network=host",
                "-f",
                recipe,
                "-t",
                CADDY,
                recipe.parent,
            )

    def up(self) -> None:
        """``compose up`` in a copy of deploy/, with the secrets that make-secrets makes."""
        shutil.copytree(ROOT / "deploy", self._deploy, dirs_exist_ok=True)
        run(self._deploy / "make-secrets")
        for name, value in self._secrets.items():
            file = self._deploy / "secrets" / name
            file.write_text(value)
            file.chmod(0o444)
        (self._deploy / "played.yaml").write_text(_PLAYED_TELEGRAM)
        lines = (f"{name}={value}" for name, value in self._settings.items())
        (self._deploy / ".env").write_text("\n".join(lines) + "\n")
        self._compose("up", "--detach", "--no-build")

    def down(self) -> None:
        self._compose("down", "--volumes", "--timeout", "1")

    def key(self, name: str) -> str:
        """One of the keys that make-secrets has drawn."""
        entries = (self._deploy / "secrets" / "api_keys").read_text().split(";")
        keys = dict(entry.strip().split("=", 1) for entry in entries)
        return keys[name].split()[0]

    def pid(self, service: str) -> int:
        """Its process, as this machine counts; 0 while there is none."""
        return int(self.inspect(service)["State"]["Pid"])

    def comes_back(self, service: str, former: int) -> None:
        """Wait until the restart policy has brought it back."""
        deadline = time.monotonic() + 60
        while self.pid(service) in {0, former}:
            assert time.monotonic() < deadline, f"{service} was not started again"
            time.sleep(0.2)

    def start(self, service: str) -> None:
        self.podman("start", self._name(service))

    def stop(self, service: str) -> None:
        self.podman("stop", self._name(service))

    def restored(self, service: str, packed: bytes) -> str:
        """The restore command in a container of its own on the volume of one that is stopped."""
        done = subprocess.run(
            [
                *("podman", "run", "--rm", "--interactive", "--read-only"),
                *("--volume", f"{PROJECT}_{service}:/data"),
                *(f"localhost/etm-{service}", "etm", "restore"),
            ],
            env={**os.environ, **self._env},
            input=packed,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        assert done.returncode == 0, done.stdout.decode()
        return done.stdout.decode()

    def inspect(self, service: str) -> Any:
        return json.loads(self.podman("inspect", self._name(service)))[0]

    def exec(self, service: str, *command: str, stdin: bytes = b"") -> bytes:
        """Run something inside, as the service's own user."""
        done = subprocess.run(
            ["podman", "exec", "--interactive", self._name(service), *command],
            env={**os.environ, **self._env},
            input=stdin,
            capture_output=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def exit_code(self, service: str, *command: str) -> int:
        return subprocess.run(
            ["podman", "exec", self._name(service), *command],
            env={**os.environ, **self._env},
            capture_output=True,
            timeout=120,
            check=False,
        ).returncode

    def address(self, service: str) -> str:
        networks = self.inspect(service)["NetworkSettings"]["Networks"]
        return str(next(iter(networks.values()))["IPAddress"])

    def size_mb(self, image: str) -> int:
        return (
            int(self.podman("image", "inspect", "--format={{.Size}}", image)) // 10**6
        )

    def logs(self, service: str) -> str:
        """Its last lines: services log on standard error."""
        done = subprocess.run(
            ["podman", "logs", "--tail=40", self._name(service)],
            env={**os.environ, **self._env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        return done.stdout.decode()

    def _name(self, service: str) -> str:
        return f"{PROJECT}_{service}_1"

    def _has(self, image: str) -> bool:
        return (
            subprocess.run(
                ["podman", "image", "exists", image],
                env={**os.environ, **self._env},
                check=False,
            ).returncode
            == 0
        )

    def _compose(self, *words: str) -> None:
        if not (_COMPOSE / "bin/podman-compose").exists():
            run("python3", "-m", "venv", _COMPOSE)
            run(_COMPOSE / "bin/pip", "install", "--quiet", "podman-compose==1.6.0")
        env = {
            **self._env,
            "COMPOSE_PROJECT_NAME": PROJECT,
            "CADDY_IMAGE": CADDY,
            "ETM_HOST": "etm.example.org",
            "ETM_TLS": "internal",
            "ETM_CONSOLE_PORT": "18001",
            "ETM_HTTP_PORT": "127.0.0.1:18080",
            "ETM_HTTPS_PORT": f"127.0.0.1:{HTTPS_PORT}",
        }
        files = [
            f"--file={self._deploy / name}" for name in ("compose.yaml", "played.yaml")
        ]
        run(_COMPOSE / "bin/podman-compose", "-p", PROJECT, *files, *words, env=env)


def _podman_env() -> dict[str, str]:
    """Podman's settings of its own: its storage below .cache, a runtime that takes cgroups as they are."""
    folder = CACHE / "podman"
    folder.mkdir(parents=True, exist_ok=True)
    files = os.sysconf("SC_OPEN_MAX")
    (folder / "containers.conf").write_text(
        _CONTAINERS_CONF.format(files=min(files, 20000), folder=folder)
    )
    (folder / "storage.conf").write_text(_STORAGE_CONF.format(folder=folder))
    return {
        "CONTAINERS_CONF": str(folder / "containers.conf"),
        "CONTAINERS_STORAGE_CONF": str(folder / "storage.conf"),
    }
