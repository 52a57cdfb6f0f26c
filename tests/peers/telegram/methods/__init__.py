"""The methods of Telegram's API that the peer knows, by the class of their request."""

from collections.abc import Callable
from typing import Any

from tests.peers.telegram.caller import Caller

from . import account, chats, reading, sending, transfer, updates

ANSWERS: dict[type[Any], Callable[[Caller, Any], Any]] = {
    **account.ANSWERS,
    **chats.ANSWERS,
    **reading.ANSWERS,
    **sending.ANSWERS,
    **transfer.ANSWERS,
    **updates.ANSWERS,
}
