"""Formatted text as HTML again, to be compared with what a service meant to send."""

from html import escape
from typing import Any

from pyrogram import raw

_TAGS = {
    raw.types.MessageEntityBold: "b",
    raw.types.MessageEntityItalic: "i",
    raw.types.MessageEntityUnderline: "u",
    raw.types.MessageEntityStrike: "s",
    raw.types.MessageEntityCode: "code",
    raw.types.MessageEntityPre: "pre",
    raw.types.MessageEntityBlockquote: "blockquote",
    raw.types.MessageEntitySpoiler: "tg-spoiler",
}


def as_html(text: str, entities: list[Any]) -> str:
    """
    Put tags around what *entities* mark; offsets count UTF-16 code units.

    Source: core.telegram.org/api/entities.
    """
    units = text.encode("utf-16-le")
    marks: list[tuple[int, int, str]] = []
    for order, entity in enumerate(entities):
        opening, closing = _tags(entity)
        if opening:
            end = entity.offset + entity.length
            marks += [(entity.offset, order, opening), (end, -order - 1, closing)]
    parts, position = [], 0
    for offset, _, tag in sorted(marks, key=lambda mark: mark[:2]):
        parts += [escape(_cut(units, position, offset), quote=False), tag]
        position = offset
    return "".join((*parts, escape(_cut(units, position, None), quote=False)))


def _tags(entity: Any) -> tuple[str, str]:
    if isinstance(entity, raw.types.MessageEntityTextUrl):
        return f'<a href="{escape(entity.url)}">', "</a>"
    tag = _TAGS.get(type(entity))
    return (f"<{tag}>", f"</{tag}>") if tag else ("", "")


def _cut(units: bytes, start: int, end: int | None) -> str:
    stop = None if end is None else 2 * end
    return units[2 * start : stop].decode("utf-16-le")
