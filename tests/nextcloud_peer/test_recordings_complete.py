"""Every recording is replayed, or it is said here why not."""

import re
from pathlib import Path

from tests.nextcloud_peer.recording import FOLDER

NOT_REPLAYED = {
    "the lock code of that server with Redis, broken and since mended": (
        "parallel_mkcol_same_500",
        "parallel_naive_mkcol_500",
        "parallel_put_same_name_500",
        "parallel_put_same_name_inm_500",
    ),
    "a moment inside a race that nobody can arrange; test_races.py plays the race": (
        "parallel_naive_mkcol_403",
        "parallel_naive_mkcol_423",
        "parallel_put_same_name_404",
        "parallel_put_same_name_inm_204",
        "parallel_put_same_name_inm_404",
    ),
    "its path was cut when it was recorded": ("parallel_chunk_move_201",),
    "5,000 folders, of which only the first were recorded; the same is replayed on 300": (
        "propfind_dav_5000_full14",
        "propfind_dav_5000_min",
        "propfind_dav_5000_nobody",
        "propfind_dav_5000_service6",
        "propfind_legacy_5000_full14",
        "propfind_legacy_5000_min",
        "propfind_legacy_5000_nobody",
        "propfind_legacy_5000_service6",
        "search_5000_gte",
        "search_5000_iscollection",
        "search_5000_lastmod_desc_limit10",
        "search_5000_like2024",
        "search_5000_name_desc_limit10_depth_infinity",
        "search_5000_name_desc_limit10_mime",
        "search_5000_nolimit",
        "search_5000_offset10",
    ),
}


def test_every_recording_is_replayed_or_excused() -> None:
    source = "".join(
        path.read_text() for path in Path(__file__).parent.glob("test_recorded_*.py")
    )
    replayed = {*re.findall(r'"([\w.]+)"', source)}
    replayed |= {f"auth_wrong_{number:02}" for number in range(1, 13)}
    excused = {name for names in NOT_REPLAYED.values() for name in names}
    recorded = {path.stem for path in FOLDER.glob("*.json")}

    assert recorded == (replayed & recorded) | excused
    assert not replayed & excused
    assert len(replayed & recorded) == 418
