"""deploy/proxmox/create-containers, with stand-ins for ``pct`` and ``pveam`` that write down how they were called."""

import os
import subprocess
import tarfile
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent.parent / "deploy/proxmox/create-containers"
_PVEAM = """#!/bin/sh
case $1 in
  available) echo "system debian-12-standard_12.7-1_amd64.tar.zst"; echo "system debian-13-standard_13.1-2_amd64.tar.zst" ;;
  *) echo "pveam $*" >> "$CALLS" ;;
esac
"""
_PCT = """#!/bin/sh
echo "pct $*" >> "$CALLS"
case $1 in
  status) [ -e "$CALLS.$2" ] && echo "status: running" ;;
  create) echo "hostname: $5" > "$CALLS.$2" ;;
  config) cat "$CALLS.$2" ;;
  push)
    case $4 in *.env) cp "$3" "$CALLS.env.$2" ;; *.tar.gz) cp "$3" "$CALLS.source.$2" ;; *) [ -f "$3" ] ;; esac
    ;;
esac
"""


@pytest.fixture
def called(tmp_path: Path):
    for name, text in (("pct", _PCT), ("pveam", _PVEAM)):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)

    def call(*words: str) -> tuple[int, str, list[str]]:
        calls = tmp_path / "calls"
        calls.unlink(missing_ok=True)
        done = subprocess.run(
            [SCRIPT, *words],
            env={
                "PATH": f"{tmp_path}:{os.environ['PATH']}",
                "CALLS": str(calls),
                "ETM_SETTINGS": str(tmp_path / "settings"),
            },
            check=False,
            capture_output=True,
            text=True,
        )
        made = calls.read_text().splitlines() if calls.exists() else []
        return done.returncode, done.stdout + done.stderr, made

    return call


def test_each_service_gets_an_unprivileged_container_of_its_own(called, tmp_path: Path):
    code, said, calls = called("--ip", "192.0.2.81/24", "--gateway", "192.0.2.1")

    assert code == 0, said
    created = [line for line in calls if line.startswith("pct create")]
    assert [line.split()[2] for line in created] == ["210", "211", "212", "213"]
    for number, line in enumerate(created):
        assert "--unprivileged 1" in line
        assert "vztmpl/debian-13-standard" in line
        assert f"ip=192.0.2.{81 + number}/24,gw=192.0.2.1" in line
    assert "pct exec 211 -- /opt/etm/source/deploy/install.sh storage" in calls
    assert (
        sum("/etc/etm/secrets/SERVICE_KEY --perms 600" in line for line in calls) == 4
    )
    assert (
        "STORAGE_URL=http://192.0.2.82:8002" in (tmp_path / "calls.env.210").read_text()
    )


def test_a_container_gets_the_checkout_without_what_tools_keep_in_it(
    called, tmp_path: Path
):
    """Environments, caches, secrets: hundreds of megabytes, and nothing for a container."""
    called("--ip", "192.0.2.81/24", "--gateway", "192.0.2.1", "--services", "storage")

    with tarfile.open(tmp_path / "calls.source.211") as source:
        names = source.getnames()
    assert {
        "./uv.lock",
        "./deploy/install.sh",
        "./deploy/.env.example",
        "./services/storage/src/storage/app.py",
    } <= set(names)
    assert [name for name in names if name.startswith("./.")] == []
    assert [name for name in names if "__pycache__" in name] == []


def test_a_second_run_upgrades_and_makes_nothing_anew(called):
    called("--ip", "192.0.2.81/24", "--gateway", "192.0.2.1")
    code, said, calls = called(
        "--ip", "192.0.2.81/24", "--gateway", "192.0.2.1", "--services", "storage"
    )

    assert code == 0, said
    assert not any(line.startswith("pct create") for line in calls)
    assert [line for line in calls if "install.sh" in line] == [
        "pct exec 211 -- /opt/etm/source/deploy/install.sh storage"
    ]


def test_a_container_that_is_somebody_elses_is_left_alone(called, tmp_path: Path):
    (tmp_path / "calls.212").write_text("arch: amd64\nhostname: mail\n")

    code, said, calls = called("--ip", "192.0.2.81/24", "--gateway", "192.0.2.1")

    assert code == 1
    assert "212 is 'mail'" in said
    assert "--first-id" in said
    assert [line for line in calls if line.startswith(("pct create", "pct push"))] == []


@pytest.mark.parametrize("address", ["192.0.2.81", "192.0.2.253/24", "etm/24"])
def test_an_address_that_four_cannot_follow_is_refused(called, address: str):
    code, said, calls = called("--ip", address, "--gateway", "192.0.2.1")

    assert (code, calls) == (1, [])
    assert "192.0.2.81/24" in said


def test_without_an_address_it_says_what_is_missing(called):
    code, said, calls = called()

    assert (code, calls) == (1, [])
    assert "--ip ADDRESS/BITS" in said
