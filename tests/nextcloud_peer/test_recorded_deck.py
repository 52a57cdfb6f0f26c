"""Deck: boards, stacks, cards, labels, assignments, attachments, comments, search; the order is the recorded one."""

from tests.nextcloud_peer.conftest import BOARDS
from tests.nextcloud_peer.player import Player


def form(kind: str, name: str) -> bytes:
    """The attachment forms, of which only length and hash were recorded."""
    return (
        b'------etm8181\r\nContent-Disposition: form-data; name="type"\r\n\r\n%s\r\n'
        b'------etm8181\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n'
        b"Content-Type: image/jpeg\r\n\r\n%s\r\n------etm8181--\r\n"
    ) % (kind.encode(), name.encode(), bytes(20_003))


async def test_paths_and_versions_are_as_recorded(player: Player) -> None:
    differences = await player.play(
        "deck_list_v1.0",
        "deck_list_v1",
        "deck_list_v1.1",
        "deck_list_v1.2",
        "deck_list_v0",
        "deck_list_v2",
        "deck_list_without_index_php",
        "deck_list_no_accept",
        "deck_list_no_ocs_header",
        "deck_list_trailing_slash",
        "deck_unknown_path",
    )
    differences += await player.play("deck_wrong_password", password="wrong")

    assert differences == []


async def test_boards_stacks_and_cards_are_as_recorded(player: Player) -> None:
    player.at = 1795418976.0
    await player.do("GET", BOARDS)
    for number in range(1, 7):  # ids that were used up before
        stack = f"{BOARDS}/1/stacks/1/cards"
        await player.do("POST", stack, b'{"title": "x"}')
        await player.do("DELETE", f"{stack}/{number}")

    differences = await boards_and_stacks(player)
    differences += await new_cards(player)
    differences += await changed_cards(player)
    differences += await attachments_and_comments(player)
    differences += await archived_and_deleted(player)
    differences += await found_cards(player)

    assert differences == []


async def boards_and_stacks(player: Player) -> list[str]:
    differences = await player.play(
        "deck_board_create",
        "deck_board_create_bad_json",
        "deck_board_create_empty_title",
        "deck_board_create_no_color",
        "deck_board_create_hash_color",
        "deck_board_create_title_101",
        "deck_board_create_duplicate",
        "deck_board_create_form_encoded",
        "deck_board_get",
        "deck_boards_list",
        "deck_boards_list_details",
        "deck_boards_if_none_match",
        "deck_boards_if_modified_since_bad",
        "deck_boards_if_modified_since_future",
        "deck_boards_if_modified_since_past",
        "deck_board_get_missing",
        "deck_board_get_nonnumeric",
    )
    differences += await player.play("deck_board_get_foreign", login="monteur.un")
    return differences + await player.play(
        "deck_stack_create_0",
        "deck_stack_create_1",
        "deck_stack_create_2",
        "deck_stack_create_duplicate",
        "deck_stack_create_no_order",
        "deck_stack_create_title_101",
        "deck_stack_create_missing_board",
        "deck_stack_delete",
        "deck_stacks_list",
    )


async def new_cards(player: Player) -> list[str]:
    differences = await player.play(
        "deck_card_create",
        "deck_card_create_duplicate",
        "deck_card_create_minimal",
        "deck_card_title_255",
        "deck_card_title_255_umlaut",
        "deck_card_title_256",
        "deck_card_title_empty",
        "deck_card_title_int",
        "deck_card_title_missing",
        "deck_card_title_zero",
        "deck_card_title_spaces",
        "deck_card_bad_type",
        "deck_card_null_type",
        "deck_card_duedate_date_only",
        "deck_card_duedate_z",
        "deck_card_duedate_millis",
        "deck_card_duedate_offset",
        "deck_card_duedate_naive",
        "deck_card_duedate_epoch",
        "deck_card_duedate_garbage",
        "deck_card_duedate_empty",
    )
    long = '{"title": "long", "description": "' + "é" * 500_000 + '"}'
    differences += await player.play("deck_card_description_1MB", body=long.encode())
    return differences + await player.play(
        "deck_card_description_null", "deck_card_create_html"
    )


async def changed_cards(player: Player) -> list[str]:
    return await player.play(
        "deck_card_get",
        "deck_card_get_if_none_match",
        "deck_card_get_wrong_stack",
        "deck_card_get_missing",
        "deck_card_wrong_board",
        "deck_card_missing_stack",
        "deck_board_get2",
        "deck_label_create",
        "deck_label_create_duplicate",
        "deck_card_create_with_labels_users",
        "deck_card_assign_label",
        "deck_card_assign_label_again",
        "deck_card_assign_label_missing",
        "deck_card_assign_user_not_member",
        "deck_card_assign_user_unknown",
        "deck_board_acl_add",
        "deck_card_assign_user",
        "deck_card_assign_user_again",
        "deck_card_get_full",
        "deck_card_update_partial",
        "deck_card_update_full",
        "deck_card_update_forgets_duedate",
        "deck_card_update_if_match_stale",
        "deck_card_archive",
        "deck_card_archive_route",
        "deck_card_reorder_other_stack",
    )


async def attachments_and_comments(player: Player) -> list[str]:
    differences = await player.play("deck_attachment_create_v1")
    for name, kind, file in (
        ("deck_attachment_create_v11_file", "file", "photo deux.jpg"),
        ("deck_attachment_create_v10_deck_file", "deck_file", "photo été.jpg"),
        ("deck_attachment_create_v10_file", "file", "photo trois.jpg"),
    ):
        differences += await player.play(name, body=form(kind, file))
    return differences + await player.play(
        "deck_attachment_create_v11_duplicate_name",
        "deck_attachments_list_v10",
        "deck_attachments_list_v11",
        "deck_attachment_get_file",
        "deck_attachment_get_deck_file",
        "deck_comment_create",
        "deck_comment_list",
        "deck_comment_empty",
        "deck_comment_no_format_accept_xml",
        "deck_comment_1001",
        "deck_comment_missing_card",
        "deck_comment_no_ocs_header",
    )


async def archived_and_deleted(player: Player) -> list[str]:
    differences = await player.play(
        "deck_stacks_archived",
        "deck_stacks_after_archive",
        "deck_board_archive",
        "deck_boards_after_archive",
        "deck_card_create_on_archived_board",
        "deck_board_delete",
        "deck_boards_after_delete",
        "deck_board_get_deleted",
        "deck_stack_on_deleted_board",
        "deck_board_delete2",
        "deck_board_undo_delete",
        "deck_board_undo_delete_plain",
        "deck_card_delete",
        "deck_card_get_deleted",
    )
    return differences + await player.play(
        "deck_card_create_forbidden", "deck_card_create_forbidden2", login="admin"
    )


async def found_cards(player: Player) -> list[str]:
    return await player.play(
        "deck_card_duedate_offset_readback",
        "deck_card_title_255_umlaut_readback",
        "deck_ocs_search",
        "deck_ocs_search_desc",
        "deck_ocs_search_hash",
        "deck_ocs_upcoming",
        "deck_method_not_allowed",
        "deck_stack_get_single",
        "deck_stacks_filtered_size",
    )
