"""What a Qdrant server answers when it does not serve us, in our words."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from qdrant_client.http.exceptions import ApiException, UnexpectedResponse

from contracts.errors import Unavailable


@asynccontextmanager
async def answered() -> AsyncIterator[None]:
    """Raise a server's failures as ours, with what to do."""
    try:
        yield
    except UnexpectedResponse as error:
        raise Unavailable(_said(error)) from error
    except (ApiException, httpx.TransportError) as error:
        raise Unavailable(
            f"Qdrant does not answer ({type(error).__name__}); check QDRANT_URL."
        ) from error


def _said(error: UnexpectedResponse) -> str:
    match error.status_code:
        case 401 | 403:
            return "Qdrant refuses the key; check QDRANT_API_KEY."
        case 400 | 405 | 422:
            why = error.content.decode(errors="replace")[:200]
            return f"Qdrant refuses the request, it may be too old for formulas with max and min: {why}"
        case 404:
            return "Qdrant has the collection no longer; it is made again and filled, which takes a while."
        case status:
            return f"Qdrant does not answer ({status}); check QDRANT_URL and the server's log."
