"""What deploy/ says is true: names that exist, routes that exist, a unit that systemd takes."""

import re
import shutil
import subprocess
from fnmatch import fnmatchcase
from pathlib import Path
from typing import get_args

import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from chassis.large_bodies import MAX_BODY_BYTES
from gateway.app import create_app as gateway
from gateway.settings import GatewaySettings
from knowledge.app import create_app as knowledge
from knowledge.settings import KnowledgeSettings
from notifier.app import create_app as notifier
from notifier.settings import NotifierSettings
from notifier.spool import MAX_BYTES as MAX_SENT_BYTES
from storage.app import create_app as storage
from storage.settings import StorageSettings

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
SETTINGS = (GatewaySettings, StorageSettings, KnowledgeSettings, NotifierSettings)
KNOWN = {name.upper() for settings in SETTINGS for name in settings.model_fields}
CADDYS = {"ETM_HOST", "ETM_TLS", "XDG_DATA_HOME", "XDG_CONFIG_HOME"}
POSTGRES = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD_FILE"}


def _compose() -> str:
    return (DEPLOY / "compose.yaml").read_text(encoding="utf-8")


def test_compose_names_only_settings_that_exist():
    named = set(re.findall(r"^ +([A-Z][A-Z0-9_]+): ", _compose(), re.MULTILINE))

    settings = {name.removesuffix("_FILE") for name in named - CADDYS - POSTGRES}

    assert settings - KNOWN == set()


def test_what_compose_overrides_is_all_that_an_env_file_may_spoil():
    """``HOST=127.0.0.1`` of the example would make a container deaf."""
    inside = re.search(r"x-inside:.*?\n\n", _compose(), re.DOTALL)

    assert inside is not None
    assert {
        "HOST",
        "PORT",
        "DATA_DIR",
        "STORAGE_URL",
        "KNOWLEDGE_URL",
        "NOTIFIER_URL",
    } <= set(re.findall(r"^  ([A-Z_]+): ", inside[0], re.MULTILINE))


def test_every_secret_of_compose_is_made_and_of_a_setting(tmp_path):
    subprocess.run([DEPLOY / "make-secrets", tmp_path], check=True, capture_output=True)

    declared = set(re.findall(r"file: \./secrets/(\w+)", _compose()))
    read = set(re.findall(r"/run/secrets/(\w+)", _compose()))

    assert {file.name for file in tmp_path.iterdir()} == declared == read
    assert {name.upper() for name in declared - {"postgres_password"}} <= KNOWN


def test_what_a_service_reads_from_a_secret_stays_out_of_its_logs(tmp_path):
    subprocess.run([DEPLOY / "make-secrets", tmp_path], check=True, capture_output=True)
    names = {file.name for file in tmp_path.iterdir()}

    read = [
        (settings.__name__, name, field.annotation)
        for settings in SETTINGS
        for name, field in settings.model_fields.items()
        if name in names
    ]

    assert len(read) > len(SETTINGS)
    assert [one for one in read if SecretStr not in (one[2], *get_args(one[2]))] == []


def test_secrets_are_drawn_once_and_fit(tmp_path):
    said = [
        subprocess.run(
            [DEPLOY / "make-secrets", "--systemd", tmp_path],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for _ in range(2)
    ]

    key = (tmp_path / "SERVICE_KEY").read_text()
    assert f"services={key};" in (tmp_path / "API_KEYS").read_text()
    assert len(key) == 48
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}
    assert key not in said[0]
    assert said[1] == ""


def _apps() -> dict[str, FastAPI]:
    telegram = {
        "telegram_api_id": 1,
        "telegram_api_hash": SecretStr("x"),
        "telegram_bot_token": SecretStr("1:x"),
        "telegram_groups": "chantier=-5000000001,sav=-5000000003,magasinier=-5000000002",
    }
    cloud = {
        "nextcloud_url": "http://127.0.0.1:9",
        "nextcloud_user": "j",
        "nextcloud_password": SecretStr("x"),
    }
    return {
        "gateway": gateway(GatewaySettings.model_validate(telegram)),
        "storage": storage(StorageSettings.model_validate(cloud)),
        "knowledge": knowledge(KnowledgeSettings()),
        "notifier": notifier(NotifierSettings.model_validate(telegram)),
    }


def _opened() -> dict[str, list[str]]:
    caddyfile = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    return {
        name: paths.split()
        for name, paths in re.findall(r"^\t@(\w+) path (.*)$", caddyfile, re.MULTILINE)
    }


def test_caddy_opens_what_the_guide_tells_workflows_to_call():
    guide = (DEPLOY.parent / "docs" / "guide-n8n.md").read_text(encoding="utf-8")
    told = re.findall(r"/(gateway|storage|knowledge|notifier)(/[\w{}/-]+)", guide)
    opened = _opened()

    assert len(told) > 8
    assert [
        f"/{name}{path}"
        for name, path in told
        if not any(fnmatchcase(f"/{name}{path}", opener) for opener in opened[name])
    ] == []


def test_caddy_lets_through_what_the_services_take():
    caddyfile = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    taken = re.findall(r"handle @(\w+) \{.*?max_size (\d+)MB", caddyfile, re.DOTALL)
    largest = {name: int(size) * 1_000_000 for name, size in taken}

    assert largest["gateway"] > MAX_BODY_BYTES
    assert largest["notifier"] > MAX_SENT_BYTES + MAX_BODY_BYTES


def test_caddy_opens_only_routes_that_exist_and_none_of_the_house():
    opened = _opened()
    closed = (
        "/docs",
        "/openapi.json",
        "/backup",
        "/console",
        "/metrics",
        "/readyz",
        "/healthz",
        "/stats",
    )

    for name, app in _apps().items():
        routes = list(app.openapi()["paths"])
        for path in opened[name]:
            stem = path.removesuffix("*")
            assert any(route == stem or route.startswith(stem) for route in routes), (
                path
            )
            assert not path.startswith(closed)
            assert not any(f"/{name}{inner}".startswith(stem) for inner in closed)


def test_the_unit_is_one_for_systemd(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze here; make lxc has one")
    unit = (DEPLOY / "systemd" / "etm@.service").read_text(encoding="utf-8")
    program = "/bin/true"  # what it starts is not installed here
    (tmp_path / "etm@.service").write_text(
        re.sub(r"(?m)^ExecStart=.*", f"ExecStart={program}", unit)
    )

    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", tmp_path / "etm@.service"],
        check=False,
        capture_output=True,
        text=True,
    )

    ours = [line for line in done.stderr.splitlines() if "etm@" in line]
    assert (done.returncode, ours) == (0, [])


def test_what_the_unit_names_as_its_documentation_is_installed():
    unit = (DEPLOY / "systemd" / "etm@.service").read_text(encoding="utf-8")
    [page] = re.findall(r"(?m)^Documentation=file://(.*)$", unit)
    [made_from] = re.findall(
        rf'install -m 644 "\$SOURCE/(\S+)" {re.escape(page)}\n',
        (DEPLOY / "install.sh").read_text(encoding="utf-8"),
    )

    assert (DEPLOY.parent / made_from).is_file()


@pytest.mark.parametrize(
    "script", ["install.sh", "make-secrets", "systemd/etm", "proxmox/create-containers"]
)
def test_scripts_parse_and_may_be_run(script: str):
    assert (DEPLOY / script).stat().st_mode & 0o111
    subprocess.run(["sh", "-n", DEPLOY / script], check=True)
