"""
``python -m knowledge.index.optimizing FOLDER PARENT``: build the graph of a copy of the index, apart from the service.

Ends with *PARENT*, however that ends: left behind, it would write into the folder of the next copy. Linux only;
elsewhere it runs to its end.

Source: prctl(2), ``PR_SET_PDEATHSIG``.
"""

import ctypes
import os
import signal
import sys

from qdrant_edge import EdgeShard

_PR_SET_PDEATHSIG = 1


def optimize(path: str) -> None:
    """Optimize the Edge shard in *path* until nothing is left to do."""
    shard = EdgeShard.load(path)
    shard.optimize()
    shard.flush()
    shard.close()


def main() -> None:
    path, parent = sys.argv[1:3]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != int(parent):  # it ended before we were tied to it
            sys.exit(1)
    os.nice(10)
    optimize(path)


if __name__ == "__main__":
    main()
