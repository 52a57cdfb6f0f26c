"""What a caller asks for, as it is kept: its words, its place, its media."""

import hashlib
import json
from collections.abc import Mapping

from chassis.telegram.sending import parsed
from contracts.errors import FieldProblem, Rejected
from contracts.notices import NoticeRequest
from notifier import wording
from notifier.albums import wanted_media
from notifier.database import Wanted
from notifier.spool import SentFile


async def wanted(
    notice_id: str,
    request: NoticeRequest,
    files: tuple[SentFile, ...],
    groups: Mapping[str, int],
) -> Wanted:
    """
    Read a request for notice *notice_id*.

    Args:
        notice_id: Made from the content.
        request: What and where.
        files: Sent with it.
        groups: Those that may be written to: name to chat id.

    Raises:
        Rejected: The group is not configured, or Telegram would not take the text or a ``file_id``.
    """
    text = _words(request)
    media = wanted_media(request.media, files)
    await parsed(text, is_html=request.format == "html")
    return Wanted(
        id=notice_id,
        chat_id=_chat_id(request, groups),
        text=text,
        format=request.format,
        silent=request.silent,
        topic_id=request.topic_id,
        body_sha256=_fingerprint(request, files),
        media=media,
    )


def _chat_id(request: NoticeRequest, groups: Mapping[str, int]) -> int:
    if request.group is not None and request.group in groups:
        return groups[request.group]
    if request.chat_id is not None and request.chat_id in groups.values():
        return request.chat_id
    names = ", ".join(sorted(groups)) or "none"
    field = "group" if request.group is not None else "chat_id"
    detail = f"Not one of the configured groups (TELEGRAM_GROUPS): {names}."
    raise Rejected(detail, errors=(FieldProblem(field=field, detail=detail),))


def _fingerprint(request: NoticeRequest, files: tuple[SentFile, ...]) -> str:
    """Name what was asked for and sent, but not how it was framed."""
    asked = request.model_dump(mode="json", exclude_defaults=True)
    sent = [[file.field, file.name, file.sha256] for file in files]
    return hashlib.sha256(json.dumps([asked, sent]).encode()).hexdigest()


def _words(request: NoticeRequest) -> str:
    if request.data is not None:
        return wording.notice(request.data)
    assert request.text is not None
    return request.text
