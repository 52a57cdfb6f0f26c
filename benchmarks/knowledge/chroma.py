"""
The naive baseline's store, run by an interpreter that has ChromaDB and nothing of ours.

Reads JSON on standard input, ``{"documents": [{"id", "vector"}], "questions": [vector], "limit": n}``, and writes for
each question the ids of the nearest slices, best first.
"""

import json
import sys


def main() -> None:
    import chromadb  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415 - of the baseline's own environment

    asked = json.load(sys.stdin)
    collection = chromadb.EphemeralClient().create_collection(
        "baseline", metadata={"hnsw:space": "cosine"}
    )
    collection.add(
        ids=[slice_["id"] for slice_ in asked["documents"]],
        embeddings=[slice_["vector"] for slice_ in asked["documents"]],
    )
    found = collection.query(
        query_embeddings=asked["questions"], n_results=asked["limit"], include=[]
    )
    json.dump(found["ids"], sys.stdout)


if __name__ == "__main__":
    main()
