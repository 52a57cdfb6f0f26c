"""Large files, and what was sent of them."""

from collections.abc import AsyncIterator

from tests.storage.nextclouds import Nextcloud

MB = 1_000_000
IN_CHUNKS = {"storage_single_put_max": 2 * MB, "storage_chunk_max": 2 * MB}
UNHELD = {"storage_single_put_max": 4 * MB, "storage_chunk_max": MB}
"""A fast line: chunks of 1 MB held, then of 4 MB passed through."""
VIDEO = "/storage/files/Chantiers/20260325_Müller/video_01.mp4"
OTHER = VIDEO.replace("01", "02")
STORED = "Chantiers/20260325_Müller/video_01.mp4"


def content(size_bytes: int, seed: int = 1) -> bytes:
    block = bytes((seed * 31 + n * 7) % 256 for n in range(65_537))
    return (block * (size_bytes // len(block) + 1))[:size_bytes]


async def in_pieces(whole: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(whole), 100_000):
        yield whole[start : start + 100_000]


def sent(nextcloud: Nextcloud, method: str, part: str) -> list[str]:
    return [
        one.path
        for one in nextcloud.requests
        if one.method == method and part in one.path
    ]
