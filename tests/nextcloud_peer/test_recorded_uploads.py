"""Chunked uploads, the bulk endpoint, and the quota."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.nextcloud_peer.conftest import FILES
from tests.nextcloud_peer.player import Player

UPLOADS = "/remote.php/dav/uploads/jean.keller"


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[Player]:
    """A user who has 2 MiB."""
    player = Player(tmp_path / "limited", "quota.user")
    player.peer.files.quota_bytes = 2 << 20
    yield player
    player.peer.close()


async def test_chunked_uploads_are_as_recorded(player: Player) -> None:
    player.peer.make_folder("T6")

    differences = await player.play(
        "uploads_home_propfind",
        "chunk_put_no_mkcol",
        "chunk_mkcol",
        "chunk_mkcol_again",
        "chunk_put_00001",
        "chunk_put_00002",
        "chunk_head_interrupted",
        "chunk_propfind_after_interrupt",
        "chunk_put_00003_resumed",
        "chunk_put_00003_again",
        "chunk_put_00004",
        "chunk_propfind_complete",
        "chunk_move_no_destination",
        "chunk_move_missing_parent",
        "chunk_move_wrong_total",
        "chunk_propfind_after_wrong_total",
        "chunk_move_ok",
        "chunk_move_again_404",
        "chunk_propfind_after_move",
    )
    await player.do("MKCOL", f"{UPLOADS}/etm-0002")
    await player.do("PUT", f"{UPLOADS}/etm-0002/1", b"tiny")
    differences += await player.play("chunk_move_overwrite_204_tiny_chunks")
    await player.do("MKCOL", f"{UPLOADS}/etm-0003")
    differences += await player.play(
        "chunk_name_zero",
        "chunk_name_nonnumeric",
        "chunk_no_dest_header",
        "chunk_move_if_none_match",
        "chunk_move_overwrite_F",
        "chunk_delete",
        "chunk_delete_again",
    )
    await player.do("MKCOL", f"{UPLOADS}/etm-0004")
    for name in ("00001", "00003"):
        await player.do("PUT", f"{UPLOADS}/etm-0004/{name}", name.encode())
    differences += await player.play("chunk_move_gap_no_total")
    await player.do("MKCOL", f"{UPLOADS}/etm-0005")
    differences += await player.play("chunk_move_empty", "chunk_mkcol_no_destination")

    assert differences == []
    assert player.peer.tree("T6")["gap.bin"] == b"0000100003"


async def test_bulk_uploads_are_as_recorded(player: Player) -> None:
    player.peer.make_folder("T7")

    differences = await player.play(
        "bulk_ok_small",
        "bulk_overwrite",
        "bulk_md5_mismatch",
        "bulk_missing_parent",
        "bulk_bad_names",
        "bulk_wrong_ctype",
        "bulk_truncated_no_final_boundary",
        "bulk_checksum_header",
        "bulk_name_backslash",
        "bulk_name_htaccess",
        "bulk_name_long230",
        "bulk_name_part",
    )

    assert differences == []
    written = set(player.peer.tree("T7"))
    assert {"ok1.jpg", "pre_part", "100%25.jpg"} <= written
    assert not {"after.jpg", "post_part", "after3.jpg"} & written


async def test_the_quota_is_kept_as_recorded(limited: Player) -> None:
    parts = b"".join(
        b"--boundary_etm_8181\r\nX-File-Path: %s\r\nX-File-MD5: %s\r\nContent-Length: %d\r\n\r\n%s\r\n"
        % (path, hashlib.md5(content).hexdigest().encode(), len(content), content)
        for path, content in ((b"/quota.jpg", bytes(3_000_000)), (b"/small.jpg", b"ok"))
    )
    body = parts + b"--boundary_etm_8181--\r\n"

    differences = await limited.play("bulk_quota", body=body)
    differences += await limited.play(
        "quota_put_ok",
        "quota_put_507",
        "quota_put_507_fill",
        "quota_oc_total_length_header",
        "quota_propfind",
        "quota_chunk_mkcol",
        "quota_chunk_put_total_length",
        "quota_chunk_put_2_no_total",
        "quota_chunk_put_3_no_total",
        "quota_chunk_put_4_no_total",
        "quota_chunk_put_5_no_total",
        "quota_chunk_move_507",
        "quota_mkcol",
    )

    assert differences == []


async def test_a_body_without_length_is_stored_as_recorded(player: Player) -> None:
    player.peer.make_folder("T4")

    differences = await player.play(
        "put_transfer_encoding_chunked", "put_413_nginx_body_limit"
    )
    stored = await player.do("HEAD", f"{FILES}/T4/te.bin")

    assert differences == []
    assert stored.status == 200
