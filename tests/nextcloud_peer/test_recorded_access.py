"""Who may in: passwords, the throttle, cookies, maintenance, other users; what the server says of itself."""

from tests.nextcloud_peer.player import Player


async def test_wrong_passwords_lock_the_address_out_as_recorded(player: Player) -> None:
    player.peer.write("all.bin", bytes(5_639_180))

    differences = await player.play("auth_none_401", "auth_none_api_401", login=None)
    differences += await player.play(
        *(f"auth_wrong_{number:02}" for number in range(1, 13)), password="wrong"
    )
    differences += await player.play(
        "auth_right_while_throttled", "auth_right_while_throttled_2"
    )
    differences += await player.play("auth_right_other_ip", client="127.0.0.2")

    assert differences == []


async def test_a_session_cookie_is_enough_as_recorded(player: Player) -> None:
    player.peer.make_folder("T4")
    player.peer.write("all.bin", bytes(5_046_095))
    opened = await player.do("GET", "/ocs/v2.php/cloud/user?format=json")
    cookies = "; ".join(f"{name}={value}" for name, value in opened.cookies.items())
    player.learned["<cookies removed>"] = cookies

    differences = await player.play(
        "cookie_only_no_basic", "cookie_only_no_basic_put", login=None
    )
    differences += await player.play("cookie_plus_basic_put")

    assert differences == []


async def test_maintenance_is_told_as_recorded(player: Player) -> None:
    player.peer.faults.maintenance = True

    differences = await player.play(
        "maintenance_deck_503",
        "maintenance_ocs_503",
        "maintenance_propfind_503",
        "maintenance_put_503",
        "maintenance_status_php",
    )
    differences += await player.play("maintenance_wrong_password", password="wrong")

    assert differences == []


async def test_the_server_describes_itself_as_recorded(player: Player) -> None:
    differences = await player.play(
        "status_php", "capabilities_json", "capabilities_no_ocs_header", "ocs_user_json"
    )
    differences += await player.play("untrusted_domain")

    assert differences == []


async def test_other_users_homes_are_closed_as_recorded(player: Player) -> None:
    assert await player.play("foreign_user_files_404", "foreign_user_put") == []
