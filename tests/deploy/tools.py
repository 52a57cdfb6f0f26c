"""What a deployment is proved with: root, namespaces, and programs of Debian's, installed where they are missing."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
CACHE = ROOT / ".cache" / "deploy"
SUITE = "trixie"
MIRROR = "http://deb.debian.org/debian"
_HOST_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


class Missing(RuntimeError):
    """What this machine lacks; says what to do."""


def run(
    *command: str | Path, env: dict[str, str] | None = None, timeout_s: float = 600
) -> str:
    """
    Run a program and return what it said on standard output.

    Raises:
        RuntimeError: It ended with an error; has what it said.
    """
    done = subprocess.run(
        [str(word) for word in command],
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        timeout=timeout_s,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).splitlines()[-60:])
        raise RuntimeError(
            f"{' '.join(map(str, command))} ended with {done.returncode}:\n{said}"
        )
    return done.stdout


def need(programs: Sequence[tuple[str, str]]) -> None:
    """
    See that *programs* are there, each with the Debian package that has it.

    Raises:
        Missing: This is not root, or not allowed to make namespaces, or no Debian.
    """
    if os.geteuid() != 0:
        raise Missing(
            "This needs root: it makes namespaces and mounts. `make test` does not."
        )
    if subprocess.run(
        ["unshare", "--mount", "--net", "--pid", "--fork", "true"],
        check=False,
        capture_output=True,
    ).returncode:
        raise Missing(
            "This machine does not let root make namespaces (CAP_SYS_ADMIN is missing)."
        )
    packages = [package for program, package in programs if not shutil.which(program)]
    if not packages:
        return
    if not shutil.which("apt-get"):
        raise Missing(f"Install {', '.join(packages)}: there is no apt-get here.")
    print(f"installing {', '.join(packages)} with apt-get", flush=True)
    apt = ("apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300")
    run(*apt, "update")
    run(
        *apt,
        "install",
        "--yes",
        "--no-install-recommends",
        *packages,
        env={"DEBIAN_FRONTEND": "noninteractive"},
    )


def debian(name: str, *packages: str) -> Path:
    """A fresh Debian as a TAR file, with the certificates that this machine trusts; made once and kept."""
    made = CACHE / f"{name}-{SUITE}.tar"
    if not made.exists():
        print(
            f"making a Debian ({SUITE}) with {', '.join(packages) or 'nothing more'}",
            flush=True,
        )
        CACHE.mkdir(parents=True, exist_ok=True)
        unfinished = made.with_suffix(".unfinished.tar")
        slim = [
            f"--dpkgopt=path-exclude=/usr/share/{part}/*"
            for part in ("doc", "man", "locale", "info")
        ]
        run(
            "mmdebstrap",
            "--variant=minbase",
            f"--include={','.join(('ca-certificates', *packages))}",
            *slim,
            *_of_this_machine(),
            SUITE,
            unfinished,
            MIRROR,
        )
        unfinished.rename(made)
    return made


def _of_this_machine() -> list[str]:
    """How this machine reaches its registries holds inside too: its certificates, and pip's own settings."""
    kept = [
        (_HOST_CERTIFICATES, "/usr/local/share/ca-certificates/host.crt"),
        (Path("/etc/pip.conf"), "/etc/pip.conf"),
    ]
    hooks = [f'--customize-hook=upload "{of}" "{to}"' for of, to in kept if of.exists()]
    return [*hooks, '--customize-hook=chroot "$1" update-ca-certificates']
