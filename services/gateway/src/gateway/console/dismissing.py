"""What a form says of why a failure shall rest."""

from starlette.requests import Request

from contracts.dismissals import MAX_REASON
from contracts.errors import Rejected
from contracts.texts import is_plain
from gateway.console import small_form


async def reason(request: Request) -> str:
    """
    Read the reason in a form.

    Raises:
        Rejected: There is none, or it is too long, or holds control characters.
    """
    given = (await small_form.fields(request)).get("reason", "").strip()
    if not 1 <= len(given) <= MAX_REASON:
        raise Rejected(f"Say why, in up to {MAX_REASON} characters.")
    if not is_plain(given):
        raise Rejected("Say why without control characters.")
    return given
