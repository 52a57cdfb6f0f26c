"""Which part of a file an answer holds."""

import re

import httpx

_PART = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/")


def part_of(response: httpx.Response) -> tuple[int, int] | None:
    """Give the first and the last byte of a 206, both included; ``None`` where it does not say (RFC 9110 §14.4)."""
    found = _PART.match(response.headers.get("content-range", ""))
    if response.status_code != 206 or found is None:
        return None
    return int(found[1]), int(found[2])


def goes_on(response: httpx.Response, first: int) -> bool:
    """Whether it holds a file from byte *first* on."""
    part = part_of(response)
    return part is not None and part[0] == first
