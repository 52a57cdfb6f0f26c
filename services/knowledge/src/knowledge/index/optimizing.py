"""
``python -m knowledge.index.optimizing FOLDER PARENT``: build the graph of a copy of the index, apart from the service.

Left behind by a *PARENT* that was killed, it would write into the folder of the next copy, so it ends with it.
"""

import os
import sys

from qdrant_edge import EdgeShard

from knowledge.parent import end_with_parent


def main() -> None:
    path, parent = sys.argv[1:3]
    end_with_parent(int(parent))
    os.nice(10)
    shard = EdgeShard.load(path)
    shard.optimize()
    shard.flush()
    shard.close()


if __name__ == "__main__":
    main()
