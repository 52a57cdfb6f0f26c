"""MKCOL, PUT, GET, MOVE, COPY, DELETE, PATCH, PROPPATCH; names; locks."""

from tests.nextcloud_peer.conftest import FILES
from tests.nextcloud_peer.player import Player


async def test_files_and_folders_are_as_recorded(player: Player) -> None:
    differences = await player.play(
        "mkcol_create",
        "mkcol_existing_405",
        "mkcol_existing_slash_405",
        "mkcol_missing_parent_409",
        "mkcol_automkcol",
        "mkcol_with_body",
        "mkcol_extended",
        "put_missing_parent",
        "put_missing_parent_automkcol",
        "put_create_201",
        "put_overwrite_204",
        "put_overwrite_same_content",
        "put_if_none_match_star_existing",
        "put_if_none_match_star_new",
        "put_if_match_stale",
        "put_if_match_current",
        "put_if_match_absent_file",
        "put_oc_checksum_good",
        "put_oc_checksum_bad",
        "propfind_checksum_bad",
        "put_oc_checksum_garbage",
        "put_x_hash_all",
        "put_x_hash_sha256",
        "put_content_md5_bad",
        "put_mtime",
        "put_mtime_float",
        "put_mtime_zero",
        "put_mtime_negative",
        "put_mtime_invalid",
        "put_mtime_invalid_exists_after",
        "propfind_mtime",
        "patch_recalculate_hash",
        "propfind_checksum_after_patch",
        "put_zero_byte",
        "propfind_zero",
        "get_range",
        "head_file",
        "get_missing",
        "get_collection",
        "put_on_collection",
        "put_under_file",
        "mkcol_on_file",
        "move_file",
        "move_overwrite_F",
        "move_dest_relative",
        "move_missing_parent",
        "move_dest_wrong_host",
        "copy_folder",
        "lock_method",
        "proppatch_custom",
        "propfind_custom",
        "proppatch_lastmodified",
        "delete_file",
        "delete_missing",
    )

    assert differences == []


async def test_names_are_taken_and_refused_as_recorded(player: Player) -> None:
    player.peer.make_folder("T3")

    differences = await player.play(
        "name_put_colon",
        "name_put_star",
        "name_put_backslash",
        "name_put_htaccess",
        "name_put_part",
        "name_put_slash_encoded",
        "name_put_question",
        "name_put_quote",
        "name_put_lt",
        "name_put_gt",
        "name_put_pipe",
        "name_put_hidden",
        "name_put_filepart",
        "name_put_trailing_space",
        "name_put_control_01",
        "name_put_dot",
        "name_put_dotdot",
        "name_put_newline",
        "name_put_nul",
        "name_put_tab",
        "name_put_leading_space",
        "name_put_trailing_dot",
        "name_put_con",
        "name_put_emoji",
        "name_put_bytes_e_110",
        "name_put_bytes_e_120",
        "name_put_bytes_e_130",
        "name_put_len210",
        "name_put_len220",
        "name_put_len230",
        "name_put_len250",
        "name_put_len251",
        "name_put_len255",
        "name_put_percent",
        "name_put_plus",
        "name_put_nbsp",
        "name_put_zwsp",
        "name_put_rtl",
        "name_put_plus_raw",
        "name_put_latin1_bytes",
        "name_put_apostrophe_raw",
        "name_put_double_slash",
        "nfd_put",
        "nfc_get_of_nfd_put",
        "nfd_get_of_nfd_put",
        "nfc_put_over_nfd",
    )

    assert differences == []


async def test_a_stale_etag_is_refused_as_recorded(player: Player) -> None:
    player.peer.make_folder("T3")
    player.at = 1795418843.0
    await player.do("PUT", f"{FILES}/T3/e.jpg", b"A" * 4000)
    first = await player.do("PUT", f"{FILES}/T3/e.jpg", b"B" * 4500)
    differences = await player.play("etag_same_second_overwrite")
    third = await player.do("HEAD", f"{FILES}/T3/e.jpg")
    player.at += 1
    await player.do("PUT", f"{FILES}/T3/e.jpg", b"D")
    differences += await player.play("put_if_match_stale_412")

    assert differences == []
    assert third.headers["etag"] == first.headers["etag"]


async def test_locks_are_told_as_recorded(player: Player) -> None:
    """The states that 8 clients at once left behind, made by hand."""
    player.peer.make_folder("T8")
    locks = player.peer.locks
    differences = await player.play(
        "parallel_put_new_folder_201",
        "parallel_mkcol_same_201",
        "parallel_mkcol_same_405",
        "parallel_naive_mkcol_201",
        "parallel_naive_mkcol_405",
        "parallel_naive_mkcol_409",
    )
    player.peer.make_folder("T8/c0/sub")
    taken = [("T8", name) for name in ("b1", "same0.jpg")]
    with locks.shared(taken[0]), locks.upgraded(taken[0]):
        differences += await player.play("parallel_mkcol_same_423")
    differences += await player.play("parallel_naive_put_201", "parallel_naive_put_404")
    with locks.shared(taken[1]), locks.upgraded(taken[1]):
        differences += await player.play("parallel_put_same_name_423")
    differences += await player.play(
        "parallel_put_same_name_201", "parallel_put_same_name_204"
    )
    with locks.shared(("T8", "inm1.jpg")):
        differences += await player.play("parallel_put_same_name_inm_423")
    differences += await player.play(
        "parallel_put_same_name_inm_201", "parallel_put_same_name_inm_412"
    )

    assert differences == []


async def test_leaked_locks_hold_the_parent_as_recorded(player: Player) -> None:
    player.peer.make_folder("T8")
    player.peer.locks.leak(("T8",), 3)

    differences = await player.play(
        "redis_stale_lock_delete_423",
        "redis_stale_lock_move_parent",
        "redis_stale_lock_put_still_ok",
        "redis_stale_lock_mkcol_still_ok",
    )

    assert differences == []
