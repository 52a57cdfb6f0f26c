"""Bytes that JSON holds as base64, however people and n8n write it."""

import binascii
import re
from collections.abc import Iterator

_SLICE_BYTES = 1024 * 1024
_KEPT_BY_N8N = re.compile(r"(filesystem(-v2)?|database|s3)(:.*)?")
"""What n8n has in place of the base64 wherever it keeps files: the name of where that is, and the file's there."""
SEND_A_FILE = "Send each file as a file: in n8n by 'Form-Data', as a parameter of the type 'n8n Binary File'."


def decoded(encoded: str) -> bytes:
    """
    Read base64 of either alphabet, in lines, without its padding, or behind ``data:…,``.

    Raises:
        ValueError: It is none; the text says what it has to be.
    """
    if _KEPT_BY_N8N.fullmatch(encoded):
        raise ValueError(f"is where n8n keeps the file, not the file. {SEND_A_FILE}")
    text = encoded.partition(",")[2] if encoded.startswith("data:") else encoded
    try:
        raw = b"".join(text.encode("ascii").split()).rstrip(b"=")
        raw = raw.replace(b"-", b"+").replace(b"_", b"/") + b"=" * (-len(raw) % 4)
        return b"".join(_slices(raw))
    except ValueError as error:  # of binascii's own, or for a letter beyond ASCII
        raise ValueError("has to be base64.") from error


def _slices(raw: bytes) -> Iterator[bytes]:
    """Decode a part at a time: 31 MiB are 80 ms in which no other thread gets on."""
    for start in range(0, len(raw), _SLICE_BYTES):
        yield binascii.a2b_base64(raw[start : start + _SLICE_BYTES], strict_mode=True)
