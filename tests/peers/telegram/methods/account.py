"""``auth.*``, ``help.*``, ``users.*``, ``bots.*``: who a session is and what the server says of itself."""

import time
from typing import Any

from pyrogram import raw

from tests.peers.telegram.caller import Caller, objects
from tests.peers.telegram.records import Profile
from tests.peers.telegram.refusals import Refused
from tests.peers.telegram.rendering import DC_ID, user

_LIMITS: dict[str, Any] = {
    "chat_size_max": 200,
    "megagroup_size_max": 200_000,
    "forwarded_count_max": 100,
    "online_update_period_ms": 210_000,
    "offline_blur_timeout_ms": 5000,
    "offline_idle_timeout_ms": 30_000,
    "online_cloud_timeout_ms": 300_000,
    "notify_cloud_delay_ms": 30_000,
    "notify_default_delay_ms": 1500,
    "push_chat_period_ms": 60_000,
    "push_chat_limit": 2,
    "edit_time_limit": 172_800,
    "revoke_time_limit": 2_147_483_647,
    "revoke_pm_time_limit": 2_147_483_647,
    "rating_e_decay": 2_419_200,
    "stickers_recent_limit": 200,
    "channels_read_media_period": 604_800,
    "call_receive_timeout_ms": 20_000,
    "call_ring_timeout_ms": 90_000,
    "call_connect_timeout_ms": 30_000,
    "call_packet_timeout_ms": 10_000,
    "caption_length_max": 1024,
    "message_length_max": 4096,
    "webfile_dc_id": DC_ID,
}


def get_config(caller: Caller, query: Any) -> Any:
    """One data center, at the peer's own address."""
    now = int(time.time())
    return raw.types.Config(
        date=now,
        expires=now + 3600,
        test_mode=False,
        this_dc=DC_ID,
        dc_options=[
            raw.types.DcOption(
                id=DC_ID, ip_address=caller.server.host, port=caller.server.port
            )
        ],
        dc_txt_domain_name="example.org",
        me_url_prefix="https://t.example.org/",
        **_LIMITS,
    )


def import_bot_authorization(caller: Caller, query: Any) -> Any:
    """Log a bot in with its token."""
    if (query.api_id, query.api_hash) != (caller.server.api_id, caller.server.api_hash):
        raise Refused(400, "API_ID_INVALID")
    bot = next(
        (
            p
            for p in caller.world.profiles.values()
            if p.bot_token == query.bot_auth_token
        ),
        None,
    )
    if bot is None:
        raise Refused(400, "ACCESS_TOKEN_INVALID")
    caller.server.sessions.log_in(caller.session.auth, bot.id)
    return raw.types.auth.Authorization(user=user(bot, bot.id))


def get_full_user(caller: Caller, query: Any) -> Any:
    """A user's own page; ``get_me`` of a client asks for it."""
    profile = caller.user(query.id)
    full = raw.types.UserFull(
        id=profile.id,
        settings=raw.types.PeerSettings(),
        notify_settings=raw.types.PeerNotifySettings(),
        common_chats_count=0,
    )
    return raw.types.users.UserFull(
        full_user=full, chats=[], users=[user(profile, caller.bot_id)]
    )


def get_users(caller: Caller, query: Any) -> Any:
    """The users of some ids; unknown ones are left out."""
    found: list[Profile] = []
    for given in objects(query.id):
        try:
            found.append(caller.user(given))
        except Refused:
            continue
    return [user(profile, caller.bot_id) for profile in found]


def resolve_username(caller: Caller, query: Any) -> Any:
    """A user by name, without the @."""
    name = query.username.lower()
    for profile in caller.world.profiles.values():
        if (profile.username or "").lower() == name:
            found = [user(profile, caller.bot_id)]
            place = raw.types.PeerUser(user_id=profile.id)
            return raw.types.contacts.ResolvedPeer(peer=place, chats=[], users=found)
    raise Refused(400, "USERNAME_NOT_OCCUPIED")


def set_bot_commands(caller: Caller, query: Any) -> Any:
    """The bot's menu of commands, whatever its scope."""
    caller.world.commands[caller.bot_id] = query.commands
    return True


def get_bot_commands(caller: Caller, query: Any) -> Any:
    """That menu."""
    return caller.world.commands.get(caller.bot_id, [])


ANSWERS = {
    raw.functions.help.GetConfig: get_config,
    raw.functions.auth.ImportBotAuthorization: import_bot_authorization,
    raw.functions.users.GetFullUser: get_full_user,
    raw.functions.users.GetUsers: get_users,
    raw.functions.contacts.ResolveUsername: resolve_username,
    raw.functions.bots.SetBotCommands: set_bot_commands,
    raw.functions.bots.GetBotCommands: get_bot_commands,
}
