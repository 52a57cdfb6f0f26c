"""Brings one notice to its group, and makes its message read what was asked last."""

import logging
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from chassis.patience import foreseen, is_used_up
from chassis.telegram import TelegramSession
from chassis.telegram.failures import TelegramFailed
from contracts.errors import Conflict, NotFound, Rejected, ServiceError
from notifier.gallery import Gallery
from notifier.missing_table import MissingTable
from notifier.notice_table import NoticeTable

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kept:
    """What keeps a notice's text back, and what its media."""

    text: ServiceError | None = None
    media: ServiceError | None = None


class Delivery:
    """
    Compares what a notice shall show with what it shows, and sends or edits.

    Whatever is asked, in whatever order, ends in one message with the newest text, and in each of its photos and files
    shown once.
    """

    def __init__(
        self,
        table: NoticeTable,
        telegram: TelegramSession,
        gallery: Gallery,
        missing: MissingTable,
    ) -> None:
        self._table = table
        self._telegram = telegram
        self._gallery = gallery
        self._missing = missing

    async def bring(self, row: Row[Any], *, media_later: bool) -> Kept:
        """
        Bring text and media, or these *media_later*; what keeps the one back does not keep the other.

        Args:
            row: From the queue.
            media_later: The text is not to wait for them, and the notice stays queued.
        """
        text = await _failure(row, self._say(row, media_later=media_later))
        media = None if media_later else await _failure(row, self._show(row))
        failures = [failure for failure in (text, media) if failure is not None]
        if failures:
            await self._failed(row, failures)
        elif not media_later:
            await self._table.delivered(row.id, row.revision)
        return Kept(text, media)

    async def _failed(self, row: Row[Any], failures: list[ServiceError]) -> None:
        error = next((f for f in failures if f.retryable), failures[0])
        await self._table.failed_once(row.id, error.detail)
        if not error.retryable:
            await self._table.failed(row.id, row.revision)
            logger.warning("notice failed: %s", error.detail, extra={"notice": row.id})

    async def _show(self, row: Row[Any]) -> None:
        """What cannot be shown is noted; the group has the text, and somebody may bring the photo back."""
        missing = await self._gallery.show(row)
        await self._missing.note(row.id, missing)
        if missing:
            logger.warning(
                "notice without %d of its files: %s",
                len(missing),
                missing[0].error.detail,
                extra={"notice": row.id},
            )

    async def _say(self, row: Row[Any], *, media_later: bool) -> None:
        reads = row.delivered_revision
        text_id = next(iter(row.message_ids), None)
        if row.delivered_at is None:
            if row.first_revision is None and not media_later:
                await self._gallery.plan_text(row)
            # An earlier try may have arrived without an answer: then the group reads the text of that try.
            reads = await self._table.begin_sending(row.id, row.revision)
            album = await self._gallery.show_text(row)
            text_id = album.message_id if album is not None else await self._send(row)
            await self._table.sent(row.id, text_id, reads)
            logger.info("notice sent", extra={"notice": row.id})
        if reads != row.revision:
            await self._edit(row, text_id)

    async def _send(self, row: Row[Any], gone: int | None = None) -> int | None:
        """Send the text by itself, in place of message *gone* where it bore it."""
        return await self._telegram.send_text(
            row.chat_id,
            row.text,
            key=f"notice:{row.id}/{gone}" if gone else f"notice:{row.id}",
            is_html=row.format == "html",
            silent=row.silent,
            topic_id=row.topic_id,
        )

    async def _edit(self, row: Row[Any], text_id: int | None) -> None:
        if text_id is None:
            raise Conflict(
                "The notice was delivered, but Telegram does not say as which message: it cannot be edited. Say what is new in a notice of another id.",
                code="message_unknown",
            )
        if await self._gallery.outgrown(row):
            # Now more than a caption holds: the text moves into a message of its own.
            await self._say_anew(row)
            await self._gallery.empty_caption(row)
        else:
            await self._edit_or_say_anew(row, text_id)
        await self._table.edited(row.id, row.revision)
        logger.info("notice edited", extra={"notice": row.id})

    async def _edit_or_say_anew(self, row: Row[Any], text_id: int) -> None:
        """Somebody may have deleted the message; what is new is to be read all the same."""
        try:
            await self._edit_now(row, text_id)
        except NotFound:
            await self._say_anew(row, gone=text_id)
            await self._gallery.bear_no_text(row)

    async def _say_anew(self, row: Row[Any], gone: int | None = None) -> None:
        anew = await self._send(row, gone)
        if anew is not None:  # an earlier try may have arrived with other words
            await self._edit_now(row, anew)
        await self._table.sent(row.id, anew)

    async def _edit_now(self, row: Row[Any], text_id: int) -> None:
        await self._telegram.edit_text(
            row.chat_id, text_id, row.text, is_html=row.format == "html"
        )


async def _failure(row: Row[Any], act: Awaitable[None]) -> ServiceError | None:
    try:
        await foreseen(lambda: act)
    except TelegramFailed as error:
        return given_up(row.created_at, row.attempts + 1, error) or error
    except ServiceError as error:
        return error
    return None


def given_up(
    created_at: datetime, tries: int, error: TelegramFailed
) -> ServiceError | None:
    """
    Say what Telegram has failed at for days as final: it is about the notice.

    Not so what did not reach it, what it asked to wait for, or what storage does not give: these are waited out.
    """
    if not is_used_up(created_at, tries):
        return None
    return Rejected(
        f"{error.detail}, after {tries} tries in {(datetime.now(UTC) - created_at).days} days: given up."
        " Change its text or media and PUT it again, or retry it as it is.",
        code=error.code,
    )
