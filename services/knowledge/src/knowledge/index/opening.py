"""
``python -m knowledge.index.opening FOLDER PARENT``: try to open the embedded index, apart from the service.

Some damage ends the process that opens it (Rust's ``abort``), and so may a power cut or an impatient hand.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

from qdrant_edge import EdgeShard

from contracts.errors import Broken
from knowledge.parent import end_with_parent


def open_apart(path: Path) -> None:
    """
    Open the shard in *path*, which nobody has open, in a process of its own, and close it.

    Raises:
        Broken: That process died of it. What it merely fails with, the caller will meet.
    """
    command = [
        sys.executable,
        "-m",
        "knowledge.index.opening",
        str(path),
        str(os.getpid()),
    ]
    ended = subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode  # noqa: S603 - our own module
    if ended < 0 and ended != -signal.SIGKILL:  # that one comes from outside
        raise Broken(f"A process that opened it died ({signal.Signals(-ended).name}).")


def main() -> None:
    path, parent = sys.argv[1:3]
    end_with_parent(int(parent))
    EdgeShard.load(path).close()


if __name__ == "__main__":
    main()
