"""
``python -m knowledge.index.opening FOLDER PARENT``: try to open the embedded index, apart from the service.

Some damage ends the process that opens it (Rust's ``abort``) or holds it for ever, and a power cut or an impatient hand
looks the same at the next start.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

from qdrant_edge import EdgeShard

from contracts.errors import Broken
from knowledge.parent import end_with_parent

TIMEOUT_S = 60.0
"""50,000 passages, none of them flushed, took 2 s on a busy machine."""


def open_apart(path: Path, timeout_s: float = TIMEOUT_S) -> None:
    """
    Open the shard in *path*, which nobody has open, in a process of its own, and close it.

    Raises:
        Broken: That process died of it, or had to be ended after *timeout_s*. What it merely fails with, the caller will meet.
    """
    command = [
        sys.executable,
        "-m",
        "knowledge.index.opening",
        str(path),
        str(os.getpid()),
    ]
    try:
        ended = subprocess.run(  # noqa: S603 - our own module
            command, stderr=subprocess.DEVNULL, check=False, timeout=timeout_s
        ).returncode
    except subprocess.TimeoutExpired as error:
        raise Broken(
            f"A process that opened it did not end within {timeout_s:.0f} s."
        ) from error
    if ended < 0 and ended != -signal.SIGKILL:  # that one comes from outside
        raise Broken(f"A process that opened it died ({signal.Signals(-ended).name}).")


def main() -> None:
    path, parent = sys.argv[1:3]
    end_with_parent(int(parent))
    EdgeShard.load(path).close()


if __name__ == "__main__":
    main()
