"""
A Debian booted with systemd as its init in namespaces of its own, its root mapped to a user that is nobody outside:
what an unprivileged LXC container of Proxmox is, by systemd-nspawn, as there is no Proxmox here.
"""

import os
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tests.deploy.tools import CACHE, ROOT, debian, run

NAME = "etm-proof"
_LINE = f"ve-{NAME}"
HOST_ADDRESS = "10.213.78.1"
ADDRESS = "10.213.78.2"
SOURCE = "/opt/etm/source"
_CGROUPS = Path("/sys/fs/cgroup")
_NETWORK = (
    f"[Match]\nName=host0\n[Network]\nAddress={ADDRESS}/24\nGateway={HOST_ADDRESS}\n"
)
_BEHIND = f"-s {ADDRESS}/32 ! -d {HOST_ADDRESS}/24 -j MASQUERADE".split()
_INTO_CGROUPS = (
    'for cgroup; do echo $$ > "$cgroup/cgroup.procs"; done; eval "exec $NSPAWN"'
)


class Machine:
    """Made anew from a fresh Debian; `close` leaves nothing behind."""

    def __init__(self) -> None:
        self.root = CACHE / "machine"
        self._init: int | None = None
        self._nspawn: subprocess.Popen[bytes] | None = None
        self._cgroups: list[Path] = []
        self._log = CACHE / "machine.log"

    def make(self) -> None:
        """Unpack a Debian with systemd and nothing else; it gets an address and a way out."""
        packed = debian("machine", "systemd-sysv", "dbus", "iproute2")
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir(parents=True)
        run("tar", "-C", self.root, "-xf", packed)
        (self.root / "etc/systemd/network").mkdir(parents=True, exist_ok=True)
        (self.root / "etc/systemd/network/10-host0.network").write_text(_NETWORK)
        run("systemctl", f"--root={self.root}", "enable", "systemd-networkd")
        (self.root / "etc/resolv.conf").unlink(missing_ok=True)
        shutil.copy("/etc/resolv.conf", self.root / "etc/resolv.conf")
        Path("/proc/sys/net/ipv4/ip_forward").write_text("1")
        run("iptables", "-t", "nat", "-A", "POSTROUTING", *_BEHIND)

    def bring_source(self) -> None:
        """A checkout, as git would give it."""
        files = run(
            "git", "-C", ROOT, "ls-files", "--cached", "--others", "--exclude-standard"
        ).splitlines()
        target = self.root / SOURCE.lstrip("/")
        for name in files:
            if (ROOT / name).is_file():
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, target / name)

    def boot(self) -> None:
        """Start it and wait until systemd says that all is up."""
        self._own_cgroups()
        with self._log.open("wb") as log:
            self._nspawn = subprocess.Popen(
                ["sh", "-ec", _INTO_CGROUPS, "sh", *map(str, self._cgroups)],
                env={**os.environ, "NSPAWN": shlex.join(self._command())},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._until(self._has_line, "the line to it")
        run("ip", "address", "replace", f"{HOST_ADDRESS}/24", "dev", _LINE)
        run("ip", "link", "set", _LINE, "up")
        self._until(self._has_init, "its init")
        self._until(self._is_up, "systemd inside")

    def exec(self, *command: str, timeout_s: float = 400, stdin: bytes = b"") -> str:
        """
        Run something inside as its root.

        Raises:
            AssertionError: It ended with an error; has what it said.
        """
        done = self.ended(*command, timeout_s=timeout_s, stdin=stdin)
        assert done.returncode == 0, f"{command}\n{done.stdout.decode()}"
        return done.stdout.decode()

    def ended(
        self, *command: str, timeout_s: float = 400, stdin: bytes = b""
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [
                "nsenter",
                f"--target={self._init}",
                *["-m", "-u", "-i", "-n", "-p", "-C", "-U", "-S", "0", "-G", "0", "--"],
                *command,
            ],
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={
                "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "LANG": "C.UTF-8",
            },
            timeout=timeout_s,
            check=False,
        )

    def shell(self, script: str) -> str:
        return self.exec("sh", "-ec", script, timeout_s=400)

    def write(self, path: str, text: str) -> None:
        self.exec("sh", "-c", f'umask 077; cat > "{path}"', stdin=text.encode())

    def cut_power(self) -> None:
        """All of it gets SIGKILL at once; its disk stays."""
        assert self._nspawn is not None
        if self._init:
            os.kill(self._init, signal.SIGKILL)
        self._nspawn.kill()
        self._nspawn.wait()
        self._init = None
        # The kernel takes its time to; the next boot would take what is left for its own line.
        subprocess.run(
            ["ip", "link", "delete", _LINE], check=False, capture_output=True
        )
        self._drop_cgroups()

    def close(self) -> None:
        if self._nspawn is not None and self._nspawn.poll() is None:
            self.cut_power()
        subprocess.run(
            ["iptables", "-t", "nat", "-D", "POSTROUTING", *_BEHIND],
            check=False,
            capture_output=True,
        )
        shutil.rmtree(self.root, ignore_errors=True)

    def _own_cgroups(self) -> None:
        """A fresh one each time, as the users inside are others each time."""
        where = [_CGROUPS, *sorted(_CGROUPS.glob("*"))]
        trees = [
            tree for tree in where if tree.is_dir() and (tree / "cgroup.procs").exists()
        ]
        roots = [
            tree for tree in trees if not any(other in tree.parents for other in trees)
        ]
        self._cgroups = [
            tree / f"{NAME}-{time.monotonic_ns()}"
            for tree in roots
            if tree.name != "cpuset"
        ]
        for cgroup in self._cgroups:
            cgroup.mkdir()

    def _command(self) -> list[str]:
        return [
            # Its systemd knows cgroups of the second version alone, whatever this machine has.
            *("env", "UNIFIED_CGROUP_HIERARCHY=1"),
            *("systemd-nspawn", "--quiet", "--register=no", "--keep-unit"),
            *(f"--machine={NAME}", "--network-veth", "--resolv-conf=off"),
            *(f"--directory={self.root}", "--boot"),
            *("--private-users=pick", "--private-users-ownership=map"),
        ]

    def _drop_cgroups(self) -> None:
        for cgroup in self._cgroups:
            for below in sorted(
                (p for p in cgroup.rglob("*") if p.is_dir()),
                key=lambda p: -len(p.parts),
            ):
                _removed(below)
            _removed(cgroup)

    def _has_line(self) -> bool:
        return Path("/sys/class/net", _LINE).exists()

    def _has_init(self) -> bool:
        assert self._nspawn is not None
        pid = self._nspawn.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        named = [
            int(c)
            for c in children
            if Path(f"/proc/{c}/comm").read_text().strip() == "systemd"
        ]
        self._init = named[0] if named else None
        return bool(named)

    def _is_up(self) -> bool:
        said = self.ended("systemctl", "is-system-running").stdout.decode().strip()
        return said in {"running", "degraded"}

    def _until(self, holds: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + 90
        while not holds():
            assert self._nspawn is not None
            log = self._log.read_text(errors="replace")[-3000:]
            assert self._nspawn.poll() is None, f"the machine has ended:\n{log}"
            assert time.monotonic() < deadline, f"{what} did not come:\n{log}"
            time.sleep(0.2)


def _removed(cgroup: Path) -> None:
    for _ in range(50):
        try:
            cgroup.rmdir()
        except FileNotFoundError:
            return
        except OSError:
            time.sleep(0.1)  # its last process is just going
        else:
            return
