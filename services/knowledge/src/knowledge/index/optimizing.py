"""``python -m knowledge.index.optimizing FOLDER``: build the graph of a copy of the index, apart from the service."""

import os
import sys

from qdrant_edge import EdgeShard


def optimize(path: str) -> None:
    """Optimize the Edge shard in *path* until nothing is left to do."""
    os.nice(10)
    shard = EdgeShard.load(path)
    shard.optimize()
    shard.flush()
    shard.close()


if __name__ == "__main__":
    optimize(sys.argv[1])
