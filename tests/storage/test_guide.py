"""The guide's cURL lines do what the guide says."""

import re
import shlex
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.storage.nextclouds import Nextcloud

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/storage.md").read_text(encoding="utf-8")
LINES = re.findall(r"^curl .+$", GUIDE, flags=re.MULTILINE)


def request_of(line: str) -> httpx.Request:
    """Make the request that curl would send; files hold a few bytes."""
    words = iter(shlex.split(line)[1:])
    method, url, headers = "", "", {}
    content: bytes | None = None
    data: dict[str, str] = {}
    files: list[tuple[str, tuple[str, bytes]]] = []
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            content = next(words).encode()
        elif word == "--data-binary":
            content = b"bytes of " + next(words).encode()
        elif word == "-F":
            name, _, value = next(words).partition("=")
            if value.startswith("@"):
                files.append((name, (value[1:], b"bytes of " + value.encode())))
            else:
                data[name] = value
        elif word == "-o":
            next(words)
        else:
            url = word
    parts = urlsplit(url)
    return httpx.Request(
        method or "GET",
        f"http://127.0.0.1{parts.path}?{parts.query}",
        headers=headers,
        content=content,
        data=data or None,
        files=files or None,
    )


def test_guide_has_its_lines():
    assert len(LINES) > 12


@pytest.mark.parametrize("line", LINES)
async def test_line_of_the_guide_is_served(
    storage: httpx.AsyncClient, nextcloud: Nextcloud, line: str
):
    for path in (
        "Logistique/plan.pdf",
        "Chantiers/20260325_Müller/a.jpg",
    ):
        nextcloud.write(path, b"1")
    await storage.put(
        "/storage/cards/20260325-7k2mq9x4", json={"column": "SAV", "title": "Müller"}
    )

    answer = await storage.send(request_of(line))

    assert answer.is_success, answer.text
