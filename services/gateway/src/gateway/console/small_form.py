"""The few words of a form of ours; files come another way."""

from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from contracts.errors import Rejected, TooLarge

MAX_BYTES = 16 * 1024
_MAX_FIELDS = 20


async def fields(request: Request) -> dict[str, str]:
    """
    Read a form of ``application/x-www-form-urlencoded``.

    Raises:
        Rejected: It is none.
        TooLarge: It has more than ``MAX_BYTES``.
    """
    raw = bytearray()
    try:
        async for piece in request.stream():
            raw += piece
            if len(raw) > MAX_BYTES:
                raise TooLarge(f"A form may have {MAX_BYTES // 1024} KiB.")
        return dict(
            parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=_MAX_FIELDS)
        )
    except (ValueError, ClientDisconnect) as error:
        raise Rejected("This is no form of the console.") from error
