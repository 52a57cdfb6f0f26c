"""
``make lxc``: deploy/install.sh in a fresh Debian with systemd as its init, as in an unprivileged container of Proxmox.

One story in order: installed, used, upgraded, a bad version refused, back, power cut, lost and restored.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx
import pytest
import pytest_asyncio

from tests.deploy.machine import ADDRESS, SOURCE, Machine
from tests.deploy.outside import World, open_world
from tests.deploy.tools import need
from tests.together.story import jpegs, technician
from tests.waiting import WAIT_S

pytestmark = [
    pytest.mark.deploy,
    pytest.mark.timeout(900),
    pytest.mark.asyncio(loop_scope="module"),
]

PROGRAMS = (
    ("mmdebstrap", "mmdebstrap"),
    ("systemd-nspawn", "systemd-container"),
    ("iptables", "iptables"),
    ("ip", "iproute2"),
)
PORTS = {"gateway": 8001, "storage": 8002, "knowledge": 8003, "notifier": 8004}
ALL = tuple(PORTS)
SECRETS = (
    "TELEGRAM_API_HASH",
    "TELEGRAM_BOT_TOKEN",
    "TELEGRAM_SERVER_KEY",
    "NEXTCLOUD_PASSWORD",
)
IMPATIENT = {"NEXTCLOUD_PATIENCE_S": "2", "RETRY_LONGEST_S": "2"}
WORST_EXPOSURE = 2.5


@dataclass
class Installed:
    """The machine, and what lies outside of it."""

    machine: Machine
    world: World
    key: str = ""
    told: list[str] = field(default_factory=list)

    async def install(self, *words: str) -> str:
        said = await asyncio.to_thread(
            self.machine.exec, f"{SOURCE}/deploy/install.sh", *words
        )
        self.told.append(said)
        return said

    async def ready(self, within_s: float = 120) -> None:
        """Wait until every service's outsides answer."""
        headers = {"X-API-Key": self.key}
        async with httpx.AsyncClient(headers=headers, timeout=10) as http:
            for name, port in PORTS.items():
                deadline, said = time.monotonic() + within_s, ""
                while time.monotonic() < deadline:
                    try:
                        answer = await http.get(f"http://{ADDRESS}:{port}/readyz")
                        if answer.is_success:
                            break
                        said = answer.text
                    except httpx.TransportError as error:
                        said = repr(error)
                    await asyncio.sleep(0.3)
                else:
                    log = self.machine.exec(
                        "journalctl", "-u", f"etm@{name}", "-n", "30", "-o", "cat"
                    )
                    raise AssertionError(f"{name}: {said}\n{log}")

    async def reports(self) -> list[str]:
        """The states of all reports."""
        url = f"http://{ADDRESS}:8001/gateway/reports"
        async with httpx.AsyncClient(
            headers={"X-API-Key": self.key}, timeout=30
        ) as http:
            return [
                report["status"]
                for report in (await http.get(url)).raise_for_status().json()["items"]
            ]

    def release(self, name: str) -> str:
        return self.machine.exec("readlink", f"/opt/etm/{name}/current").strip()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def installed(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Installed]:
    need(PROGRAMS)
    machine = Machine()
    async with open_world(tmp_path_factory.mktemp("lxc"), "10.213.77.2") as world:
        try:
            await asyncio.to_thread(machine.make)
            await asyncio.to_thread(machine.bring_source)
            await asyncio.to_thread(machine.boot)
            yield Installed(machine, world)
        finally:
            await asyncio.to_thread(machine.close)


async def test_a_fresh_debian_gets_all_four(installed: Installed):
    machine = installed.machine

    began = time.monotonic()
    said = await installed.install(*ALL)
    took_s = time.monotonic() - began

    assert "etm@storage waits for its settings" in said
    assert "NEXTCLOUD_URL" in said
    settings = {**installed.world.settings, **IMPATIENT}
    for name in SECRETS:
        machine.write(f"/etc/etm/secrets/{name}", settings.pop(name))
    lines = "".join(f"{name}={value}\n" for name, value in settings.items())
    machine.shell(f"cat >> /etc/etm/etm.env <<'END'\n{lines}END")
    machine.shell("systemctl restart " + " ".join(f"etm@{name}" for name in ALL))
    installed.key = machine.shell("cat /etc/etm/secrets/SERVICE_KEY").strip()
    await installed.ready()
    print(f"\ninstalled in a fresh Debian in {took_s:.0f} s; all four ready")


async def test_each_service_is_confined(installed: Installed):
    machine = installed.machine
    machine.exec("systemd-analyze", "verify", "/etc/systemd/system/etm@.service")
    for name in ALL:
        said = machine.exec("systemd-analyze", "security", "--no-pager", f"etm@{name}")
        score = float(
            re.findall(r"exposure level for etm@\w+.service: ([\d.]+)", said)[0]
        )
        print(f"systemd-analyze security etm@{name}: {score}")
        assert score <= WORST_EXPOSURE
        pid = machine.exec("systemctl", "show", "-P", "MainPID", f"etm@{name}").strip()
        assert machine.exec("stat", "-c", "%U", f"/proc/{pid}").strip() == f"etm-{name}"
        data = machine.exec("stat", "-c", "%a %U", f"/var/lib/etm/{name}").strip()
        assert data == f"700 etm-{name}"
        status = machine.exec("cat", f"/proc/{pid}/status")
        assert "NoNewPrivs:\t1" in status
        assert "CapEff:\t0000000000000000" in status
        assert installed.key not in machine.exec("cat", f"/proc/{pid}/environ")


async def test_a_report_is_filed(installed: Installed):
    jean = technician(installed.world, "Installé", "Debian")
    photos = jpegs(3, seed=81)

    await jean.report(photos)

    assert sorted(jean.files().values()) == sorted(photos)
    assert jean.notices() == [jean.notice(3)]


async def test_an_upgrade_keeps_what_there_was_and_the_way_back_too(
    installed: Installed,
):
    machine = installed.machine
    before = installed.release("gateway")
    settings = machine.exec("cat", "/etc/etm/etm.env")

    said = await installed.install("gateway", "storage")
    after = installed.release("gateway")
    await installed.ready()
    upgraded = await installed.reports()
    await installed.install("--rollback", "gateway")
    await installed.ready()
    back = (installed.release("gateway"), await installed.reports())
    await installed.install("--rollback", "gateway")
    await installed.ready()

    assert before != after
    assert "data copied to /var/backups/etm/gateway-before-" in said
    assert upgraded == ["filed"]
    assert back == (before, ["filed"])
    assert installed.release("gateway") == after
    assert machine.exec("cat", "/etc/etm/etm.env") == settings
    print("upgraded, back and forward again: 1 report kept")


async def test_a_version_that_does_not_come_up_is_not_kept(installed: Installed):
    machine = installed.machine
    before = installed.release("storage")
    app = f"{SOURCE}/services/storage/src/storage/app.py"
    machine.shell(
        f"cp {app} /root/app.py; echo 'raise SystemExit(7)' >> {app}; sed -i 's/^HEALTHY_S=.*/HEALTHY_S=5/' {SOURCE}/deploy/install.sh"
    )

    done = await asyncio.to_thread(
        machine.ended, f"{SOURCE}/deploy/install.sh", "storage"
    )
    machine.shell(f"cp /root/app.py {app}")

    assert done.returncode != 0
    assert "the one before runs again" in done.stdout.decode()
    assert installed.release("storage") == before
    await installed.ready()
    print("a version that does not come up: the one before runs again by itself")


async def test_after_a_power_cut_all_is_back_and_a_report_goes_on(installed: Installed):
    jean = technician(installed.world, "Courant", "Panne")
    photos = jpegs(4, seed=82)

    await jean.begin()
    await jean.person.sees("Envoie tes photos", timeout_s=WAIT_S)
    await jean.person.send_album(photos)
    await jean.person.sees("4 photos", timeout_s=WAIT_S)
    await jean.person.press("Envoyer", timeout_s=WAIT_S)
    while not jean.files():
        await asyncio.sleep(0.01)
    await asyncio.to_thread(installed.machine.cut_power)
    await asyncio.to_thread(installed.machine.boot)
    await jean.receipt()
    await installed.ready()

    assert sorted(jean.files().values()) == sorted(photos)
    assert jean.notices() == [jean.notice(4)]
    assert (len(jean.cards()), len(jean.receipts())) == (1, 1)
    print("power cut while filing, booted again: 4 photos, 1 card, 1 notice, 1 receipt")


async def test_what_was_under_way_at_a_backup_is_filed_once_after_the_restore(
    installed: Installed,
):
    machine, world = installed.machine, installed.world
    jean = technician(world, "Retour", "Sauvegarde")
    photos = jpegs(3, seed=83)

    await jean.begin()
    await jean.person.sees("Envoie tes photos", timeout_s=WAIT_S)
    await world.nextcloud_goes()
    await jean.person.send_album(photos)
    await jean.person.sees("3 photos", timeout_s=WAIT_S)
    await jean.person.press("Envoyer", timeout_s=WAIT_S)
    await jean.person.sees("Rapport gardé", timeout_s=WAIT_S)
    for name in ALL:
        await asyncio.to_thread(
            machine.shell, f"etm {name} backup > /root/{name}.tar.gz"
        )
    # What is restored was filed since: the old state does all of it once more.
    await world.nextcloud_comes()
    await jean.receipt()
    machine.shell("systemctl stop 'etm@*' && rm -rf /var/lib/etm/*/*")
    for name in ALL:
        await asyncio.to_thread(
            machine.shell, f"etm {name} restore < /root/{name}.tar.gz"
        )
    machine.shell("systemctl start " + " ".join(f"etm@{name}" for name in ALL))
    await installed.ready()
    async with asyncio.timeout(WAIT_S):
        while set(await installed.reports()) != {"filed"}:
            await asyncio.sleep(0.2)

    assert sorted(jean.files().values()) == sorted(photos)
    assert jean.notices() == [jean.notice(3)]
    assert (len(jean.cards()), len(jean.receipts())) == (1, 1)
    print(
        "backup with a report under way, all wiped, restored: filed once more, nothing doubled"
    )
