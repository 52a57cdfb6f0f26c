"""A file as large as Telegram takes, from the technician's telephone to Nextcloud."""

import hashlib
from pathlib import Path

import httpx
import pytest

from tests.gateway.house import House
from tests.peers.telegram import Generated

LARGEST_BYTES = 2000 * 1024 * 1024
"""4,000 parts of 512 KiB. Source: core.telegram.org/api/files, ``upload_max_fileparts_default``."""
WAIT_S = 1500.0


@pytest.mark.slow
@pytest.mark.timeout(WAIT_S)
async def test_the_largest_file_is_filed_whole_and_its_technician_sees_that_it_is_under_way(
    house: House, gateway: httpx.AsyncClient, tmp_path: Path
):
    film = Generated(LARGEST_BYTES, seed=3)
    await house.choose_chantier()
    await house.jean.send_video(film, "drone.mp4")
    await house.jean.sees("📥 1 vidéo reçue — Müller")

    await house.jean.press("Envoyer")
    await house.jean.sees("⏫ 0/1 — Müller")
    await house.jean.sees("📸 1 vidéo → ", timeout_s=WAIT_S)

    [stored] = (tmp_path / "nextcloud").rglob("video_01_*.mp4")
    with stored.open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == film.sha256()
