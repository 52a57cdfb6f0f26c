"""Words with a NUL, which PostgreSQL does not keep: refused where they come in."""

import base64
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.postgres.cluster import Cluster
from tests.together.house import House, open_house

pytestmark = [pytest.mark.postgres, pytest.mark.asyncio(loop_scope="module")]

TEXT = {"text": "n°1", "title": "t"}
NOTICE = {"group": "chantier", "text": "Réception"}


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


ASKED: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("POST", "/gateway/reports/r-1/dismiss", {"json": {"reason": "a\0b"}}),
    ("GET", "/gateway/reports/a%00b", {}),
    ("POST", "/gateway/reports/a%00b/retry", {}),
    ("POST", "/gateway/reports/a%00b/dismiss", {"json": {"reason": "a"}}),
    (
        "GET",
        f"/gateway/reports?cursor={encoded('2026-03-25T12:00:00+00:00 a' + chr(0))}",
        {},
    ),
    ("GET", "/gateway/files/a%00b", {}),
    (
        "POST",
        "/gateway/messages",
        {"json": {"chat_id": -5000000001, "text": "a\0b"}},
    ),
    ("PUT", "/notifier/notices/n1", {"json": NOTICE | {"text": "a\0b"}}),
    ("PUT", "/notifier/notices/a%00b", {"json": NOTICE}),
    (
        "PUT",
        "/notifier/notices/n2",
        {"json": NOTICE | {"media": [{"path": "a\0b.jpg"}]}},
    ),
    (
        "PUT",
        "/notifier/notices/n3",
        {"json": NOTICE | {"media": [{"path": "a.jpg", "name": "a\0b.jpg"}]}},
    ),
    (
        "PUT",
        "/notifier/notices/n4",
        {
            "json": {
                "group": "sav",
                "template": "sav",
                "data": {"technician": "J", "chantier": "M", "description": "a\0b"},
            }
        },
    ),
    (
        "GET",
        "/notifier/notices?cursor="
        + encoded(json.dumps(["2026-03-25T12:00:00+00:00", "a\0b"])),
        {},
    ),
    ("POST", "/knowledge/search", {"json": {"query": "a\0b"}}),
    ("POST", "/knowledge/search", {"json": {"query": "a", "sources": ["a\0b"]}}),
    ("POST", "/knowledge/search", {"json": {"query": "a", "tags": ["a\0b"]}}),
    (
        "POST",
        "/knowledge/feedback",
        {"json": {"search_id": "a\0b", "useful": True}},
    ),
    *(
        ("PUT", "/knowledge/documents/d1", {"json": TEXT | {field: "a\0b"}})
        for field in ("title", "source", "tags", "outcome", "name", "media_type")
    ),
    ("PUT", "/knowledge/documents?title=a%00b", {"content": b"text"}),
    ("GET", "/knowledge/documents?source=a%00b", {}),
    ("GET", "/knowledge/documents?tag=a%00b", {}),
    ("GET", "/knowledge/documents?cursor=a%00b", {}),
    ("DELETE", "/knowledge/documents?source=a%00b", {}),
    ("GET", "/knowledge/documents/a%00b", {}),
    ("GET", "/knowledge/jobs/a%00b", {}),
    ("GET", "/knowledge/jobs/a%00b/events", {}),
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def services(
    tmp_path_factory: pytest.TempPathFactory, cluster: Cluster
) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    url = await cluster.make_database("words")
    folder: Path = tmp_path_factory.mktemp("words")
    async with (
        open_house(folder, {"DATABASE_URL": url}) as house,
        AsyncExitStack() as opened,
    ):
        yield {
            name: await opened.enter_async_context(
                httpx.AsyncClient(base_url=address, timeout=30)
            )
            for name, address in _addresses(house).items()
        }


@pytest.mark.parametrize(
    ("method", "path", "sent"), ASKED, ids=lambda one: str(one)[:60]
)
async def test_a_nul_is_no_error_of_ours(
    services: dict[str, httpx.AsyncClient],
    method: str,
    path: str,
    sent: dict[str, Any],
):
    service = path.split("/")[1]

    answer = await services[service].request(method, path, **sent)

    assert answer.status_code < 500, answer.text
    if "json" in sent and "%00" not in path:
        assert answer.status_code == 422


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/gateway/console/reports/r-1/dismiss", {"reason": "a\0b"}),
        (
            "/gateway/console/reports?cursor="
            + encoded("2026-03-25T12:00:00+00:00 \0"),
            None,
        ),
        ("/gateway/console/search?q=a%00b", None),
        (
            "/gateway/console/notices?cursor="
            + encoded('["2026-03-25T12:00:00+00:00", "\\u0000"]'),
            None,
        ),
        ("/gateway/console/documents?cursor=a%00b", None),
    ],
)
async def test_so_it_is_by_the_console(
    services: dict[str, httpx.AsyncClient], path: str, form: dict[str, str] | None
):
    http = services["gateway"]

    if form is None:
        answer = await http.get(path)
    else:
        headers = {"Sec-Fetch-Site": "same-origin"}
        answer = await http.post(path, data=form, headers=headers)

    assert answer.status_code < 500, answer.text
    if form is not None:
        assert answer.status_code == 422


def _addresses(house: House) -> dict[str, str]:
    return dict(house.stack.urls)
