"""
File and folder names that Nextcloud stores and a Windows sync client keeps.

A character that one of them refuses is replaced by its full-width form (``:`` becomes ``：``), which people read
as the same and which `original_name` turns back. A safe name is its own safe name, so every service may apply the
rule to what it gets. What is too long is cut, and then ends in ``~`` and six hex digits of the whole name's SHA-256,
so that two long names stay two.

Source: nextcloud server ``lib/private/Files/Storage/Common.php`` (verifyPath), Microsoft "Naming Files, Paths, and
Namespaces"; rclone's "restricted filenames" uses the same replacement.
"""

import hashlib
import re
import unicodedata

MAX_BYTES = 200
"""Nextcloud answers 500 to a PUT above 227 UTF-8 bytes; the rest is room for ``(2)`` and for upload suffixes."""

_JOINER = "\u200d"
_LONE_JOINER = re.compile(
    # Before a joiner stands a picture, its skin or its variation; after it a picture.
    "(?<![\u203c-\u3299\ufe0f\U0001f000-\U0001faff])\u200d|\u200d(?![\u203c-\u3299\U0001f000-\U0001faff])"
)
_FILLERS = "\u115f\u1160\u2800\u3164\uffa0"
_FULL_WIDTH = 0xFEE0
_REFUSED = '\\/:*?"<>|'
_WIDE = "".join(chr(ord(char) + _FULL_WIDTH) for char in _REFUSED + ".")
_CONTROL_PICTURES = 0x2400
_RESERVED = re.compile(
    r"(?:CON|PRN|AUX|NUL|COM[0-9¹²³]|LPT[0-9¹²³])(?=\.|$)", re.IGNORECASE
)
_SERVER_REFUSES = re.compile(r"\.htaccess$|.*\.(?:part|filepart)$", re.IGNORECASE)


def safe_name(name: str) -> str:
    """
    Make one path segment of any text; a name that is safe already stays as it is.

    Returns:
        NFC, 1 to ``MAX_BYTES`` UTF-8 bytes, never ``.`` or ``..``, without a slash or a control character.
    """
    text = visible(name.encode("utf-8", "replace").decode())
    text = unicodedata.normalize("NFC", text).strip()
    text = "".join(_replaced(char) for char in text)
    if text.endswith((".", " ")) or text in {"", "."}:
        text = text[:-1] + "．" if text else "_"
    if _RESERVED.match(text):
        text = _widened(text.partition("."))
    if _SERVER_REFUSES.match(text):
        text = _widened(text.rpartition("."))
    return _shortened(text)


def visible(text: str) -> str:
    """
    Leave out what has no look of its own: zero-width blanks, marks that turn the direction of writing, fillers.

    The joiner within an emoji stays (👷 + ♀ is one sign). Source: Unicode's general category Cf.
    """
    left = "".join(char for char in text if not _is_unseen(char))
    return _LONE_JOINER.sub("", left)


def original_name(safe: str) -> str:
    """Turn the replacements of `safe_name` back; what was cut, outer blanks, unseen characters and C1 controls do not return."""
    return "".join(_restored(char) for char in safe)


def _is_unseen(char: str) -> bool:
    return char in _FILLERS or (unicodedata.category(char) == "Cf" and char != _JOINER)


def _replaced(char: str) -> str:
    if char in _REFUSED:
        return chr(ord(char) + _FULL_WIDTH)
    if ord(char) < 0x20:
        return chr(ord(char) + _CONTROL_PICTURES)
    if char == "\x7f" or 0x80 <= ord(char) < 0xA0:
        return "_"
    return char


def _restored(char: str) -> str:
    if char in _WIDE:
        return chr(ord(char) - _FULL_WIDTH)
    if 0 <= ord(char) - _CONTROL_PICTURES < 0x20:
        return chr(ord(char) - _CONTROL_PICTURES)
    return char


def _widened(parts: tuple[str, str, str]) -> str:
    """Put a full-width dot in place of the one that *parts* were split at, or an underscore at the end."""
    head, dot, tail = parts
    return f"{head}．{tail}" if dot else f"{head}_"


def _shortened(text: str) -> str:
    raw = text.encode()
    if len(raw) <= MAX_BYTES:
        return text
    stem, dot, extension = text.rpartition(".")
    if not dot or len(extension.encode()) > 16 or not stem:
        stem, dot, extension = text, "", ""
    mark = f"~{hashlib.sha256(raw).hexdigest()[:6]}{dot}{extension}"
    room = MAX_BYTES - len(mark.encode())
    return (
        stem.encode()[:room].decode("utf-8", "ignore").rstrip(_JOINER).rstrip() + mark
    )
