"""What Telegram refuses, as our own errors. The ``code`` of each is Telegram's own word in lower case."""

from pyrogram import errors

from contracts.errors import (
    Conflict,
    Forbidden,
    NotFound,
    RateLimited,
    Rejected,
    ServiceError,
    Unavailable,
)

WAITS = (errors.FloodWait, errors.FloodPremiumWait, errors.SlowmodeWait)
DUPLICATES = (errors.RandomIdDuplicate, errors.RandomIdDuplicate500)
LOST_KEYS = (errors.Unauthorized, errors.AuthKeyDuplicated)
LOSSES = (errors.InternalServerError, errors.ServiceUnavailable, OSError)
"""Another try may well succeed, at once: a cut connection, a server that is being replaced."""

_GONE = frozenset(
    {
        "CHANNEL_INVALID",
        "CHAT_ID_INVALID",
        "CHAT_INVALID",
        "MESSAGE_ID_INVALID",
        "MSG_ID_INVALID",
        "PEER_ID_INVALID",
        "USER_ID_INVALID",
    }
)
_NOT_ALLOWED = frozenset(
    {
        "CHANNEL_PRIVATE",
        "CHAT_ADMIN_REQUIRED",
        "CHAT_RESTRICTED",
        "CHAT_WRITE_FORBIDDEN",
        "INPUT_USER_DEACTIVATED",
        "USER_BANNED_IN_CHANNEL",
        "USER_IS_BLOCKED",
    }
)


class AlreadySent(Conflict):
    """Telegram has a message with this ``random_id``: it is delivered, but its id is not told."""

    code = "random_id_duplicate"


class ExpiredReference(Unavailable):
    """A ``file_id`` too old to be used: its message holds a fresh one."""

    code = "file_reference_expired"


class OtherFile(Unavailable):
    """The message that held a file holds another one now."""

    code = "file_replaced"


class LostParts(Unavailable):
    """Telegram no longer has all parts of an upload: it has to be made again."""

    code = "file_part_missing"


class NotAPhoto(Rejected):
    """Telegram does not show this as a photo; it may be sent as a document."""

    code = "not_a_photo"


class TelegramFailed(Unavailable):
    """Telegram answers with a failure of its own, which mostly passes; at times it is about what was sent, and stays."""


class Truncated(Unavailable):
    """A file ended with fewer or more bytes than were announced."""

    code = "truncated"
    title = "File is not whole"


def failure(error: Exception) -> ServiceError:
    """Say an RPC error or a lost connection as one of ours; those that another try may change are retryable."""
    if not isinstance(error, errors.RPCError):
        return Unavailable(f"Telegram does not answer: {error!r}")
    # Of a word that is new to kurigram there is only "[400 WORD]".
    word = str(error.ID or error.value or error.NAME).rpartition(" ")[2].strip("]")
    code, detail = word.lower(), f"Telegram answers {word}"
    if isinstance(error, WAITS):
        wait_s = float(error.seconds or 1)
        return RateLimited(
            f"Telegram asks to wait {wait_s:.0f} s", retry_after_s=wait_s
        )
    if isinstance(error, DUPLICATES):
        return AlreadySent(detail)
    if word.startswith("FILE_REFERENCE_"):
        return ExpiredReference(detail)
    if word.startswith("FILE_PART_") and word.endswith("_MISSING"):
        return LostParts(detail)
    return _refusal(error, word)(detail, code=code)


def _refusal(error: errors.RPCError, word: str) -> type[ServiceError]:
    if word in _GONE:
        return NotFound
    if word in _NOT_ALLOWED or isinstance(error, errors.Forbidden):
        return Forbidden
    if isinstance(error, errors.BadRequest | errors.NotAcceptable):
        return Rejected
    if isinstance(error, errors.InternalServerError | errors.ServiceUnavailable):
        return TelegramFailed
    return Unavailable
