"""Share links, user shares, public pages and links to a file's id."""

from tests.nextcloud_peer.player import Player

FOLDER = "Chantiers/20240309_Étoile 🏗️"
SHARES = "/ocs/v2.php/apps/files_sharing/api/v1/shares"


async def test_shares_and_links_are_as_recorded(player: Player) -> None:
    node = player.peer.make_folder(FOLDER)
    player.peer.write("all.bin", bytes(5_639_180))
    player.learned["/f/827"] = f"/f/{node.id}"
    for number in (1, 2, 3):  # those that were made before
        await player.do(
            "POST",
            SHARES,
            b'{"path": "/Chantiers", "shareType": 3}',
            **{"Content-Type": "application/json"},
        )
        await player.do("DELETE", f"{SHARES}/{number}")

    differences = await player.play(
        "share_public_link",
        "share_public_link_again",
        "share_list_for_path",
        "share_list_for_path2",
        "share_get",
        "share_public_link_label_expire",
        "share_default_permissions",
        "share_expire_past",
        "share_bad_type",
        "share_missing_path",
        "share_no_path",
        "share_no_ocs_header",
        "share_v1_php",
        "share_user",
        "share_user_again",
        "propfind_share_types",
        "internal_link_basic_auth",
        "internal_link_missing",
    )
    differences += await player.play(
        "share_public_page",
        "share_public_page_indexphp",
        "share_public_wrong_token",
        "share_public_download_zip",
        "share_public_dav_propfind",
        "share_public_dav_put_readonly",
        "internal_link_anonymous",
        "internal_link_indexphp_anonymous",
        login=None,
    )
    token = player.learned["f5QT2PzmTQMx87t"]
    differences += await player.play("share_public_webdav_propfind", login=token)
    differences += await player.play("share_delete", "share_delete_again")

    assert differences == []
