"""A file on its way from the browser to knowledge: passed on in pieces, never held."""

from starlette.requests import ClientDisconnect, Request

from contracts.errors import Rejected
from contracts.knowledge import Document, IndexJob
from contracts.knowledge_client import KnowledgeClient


async def passed_on(
    request: Request, knowledge: KnowledgeClient
) -> IndexJob | Document:
    """
    Hand the form in *request* to knowledge, whose route takes the same fields.

    Raises:
        Rejected: It is no form with a file, or the browser left half-way.
        ServiceError: As knowledge answered.
    """
    content_type = request.headers.get("content-type", "")
    if not (content_type.isascii() and content_type.startswith("multipart/form-data")):
        raise Rejected("Send a file by the form of the Documents page.")
    length = request.headers.get("content-length", "")
    try:
        return await knowledge.add_form(
            request.stream(),
            content_type=content_type,
            size_bytes=int(length) if length.isdecimal() else None,
        )
    except ClientDisconnect as error:
        raise Rejected("The upload broke off; nothing of it was kept.") from error
