"""The few words of a form of ours; files come another way."""

import asyncio
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from contracts.dismissals import MAX_REASON
from contracts.errors import Rejected, TooLarge
from contracts.texts import is_plain

MAX_BYTES = 16 * 1024
WITHIN_S = 20.0
"""A stranger may send one too: byte by byte it kept its connection for as long as it came."""
_MAX_FIELDS = 20


async def fields(request: Request, *, within_s: float = WITHIN_S) -> dict[str, str]:
    """
    Read a form of ``application/x-www-form-urlencoded``.

    Raises:
        Rejected: It is none, or takes longer than *within_s*.
        TooLarge: It has more than ``MAX_BYTES``.
    """
    raw = bytearray()
    try:
        async with asyncio.timeout(within_s):
            async for piece in request.stream():
                raw += piece
                if len(raw) > MAX_BYTES:
                    raise TooLarge(f"A form may have {MAX_BYTES // 1024} KiB.")
        return dict(
            parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=_MAX_FIELDS)
        )
    except TimeoutError as error:
        raise Rejected("The form did not arrive in time; send it again.") from error
    except (ValueError, ClientDisconnect) as error:
        raise Rejected("This is no form of the console.") from error


async def reason(request: Request) -> str:
    """
    Read why a failure shall rest.

    Raises:
        Rejected: There is none, or it is too long, or holds control characters.
    """
    given = (await fields(request)).get("reason", "").strip()
    if not 1 <= len(given) <= MAX_REASON:
        raise Rejected(f"Say why, in up to {MAX_REASON} characters.")
    if not is_plain(given):
        raise Rejected("Say why without control characters.")
    return given
