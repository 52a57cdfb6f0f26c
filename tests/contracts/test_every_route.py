"""What holds for every route of every service: what its description says, and who is let in."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from chassis.json_routes import JSONRoute
from contracts.errors import Problem
from tests.contracts.services import (
    APPS,
    DOCUMENTS,
    READS,
    SERVICES,
    WRITES,
    Operation,
    operations,
)

OPERATIONS = list(operations())
GUARDED = [one for one in OPERATIONS if one.path != "/healthz"]
ONE_PAGE = {"/storage/cards"}
"""One card at most is found there."""
READING_POSTS = {"/knowledge/search", "/knowledge/feedback"}
CREATING_POSTS = {
    "/gateway/messages",
    "/storage/upload",
    "/storage/shares",
    "/notifier/notices",
    "/knowledge/documents",
}
ACTING_POSTS = {
    "/gateway/reports/{report_id}/retry",
    "/gateway/reports/{report_id}/dismiss",
    "/gateway/events/{event_id}/retry",
    "/gateway/events/{event_id}/dismiss",
    "/notifier/notices/{notice_id}/retry",
    "/notifier/notices/{notice_id}/dismiss",
    "/knowledge/jobs/{job_id}/dismiss",
    "/knowledge/backup",
}
"""They make nothing: done twice they have done the same."""


def refs(part: Any) -> Iterator[str]:
    """All references below a part of a document."""
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for inner in part.values():
            yield from refs(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from refs(inner)


def is_list(operation: Operation) -> bool:
    answers = operation.told["responses"].get("200", {})
    return any("/Page_" in ref for ref in refs(answers))


@pytest.mark.parametrize("service", SERVICES)
def test_a_document_refers_to_nothing_that_it_lacks(service):
    document = DOCUMENTS[service]
    lacking = {
        ref
        for ref in refs(document)
        if ref.rpartition("/")[2] not in document["components"]["schemas"]
    }

    assert lacking == set()


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_the_common_routes_and_its_own_below_its_name(service):
    paths = set(DOCUMENTS[service]["paths"])

    assert paths >= {"/healthz", "/readyz", "/metrics"}
    assert {
        path
        for path in paths - {"/healthz", "/readyz", "/metrics"}
        if not path.startswith(f"/{service}/")
    } == set()


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_failures_are_described_as_problems(operation):
    answers = operation.told["responses"]
    failures = {
        status: schema
        for status in answers
        if status[0] in "45" and (schema := operation.answer(status))
    }

    assert {"4XX", "5XX"} <= set(failures)
    for status, schema in failures.items():
        expected = (
            "Readiness" if (operation.path, status) == ("/readyz", "503") else "Problem"
        )
        assert schema == {"$ref": f"#/components/schemas/{expected}"}


@pytest.mark.parametrize(
    "operation", [one for one in OPERATIONS if is_list(one)], ids=str
)
def test_a_list_comes_in_pages_or_bare(operation):
    pages = operation.answer("200")["anyOf"]
    kinds = {
        one.get("type") or one["$ref"].rpartition("/")[2].partition("_")[0]
        for one in pages
    }

    assert kinds == {"Page", "array"}
    assert "shape" in operation.parameters
    if operation.path not in ONE_PAGE:
        assert {"limit", "cursor"} <= operation.parameters


def test_every_post_is_of_a_kind():
    """A new one has to be put here: does it make something?"""
    posts = {one.path for one in OPERATIONS if one.method == "post"}

    assert posts == READING_POSTS | CREATING_POSTS | ACTING_POSTS


@pytest.mark.parametrize(
    "operation",
    [o for o in OPERATIONS if o.method == "post" and o.path in CREATING_POSTS],
    ids=str,
)
def test_a_post_that_makes_something_takes_a_key(operation):
    assert "idempotency-key" in {name.lower() for name in operation.parameters}


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_no_query_takes_a_list(operation):
    """`chassis.query_names` refuses what is given twice."""
    parameters = operation.told.get("parameters", [])
    asked = [one["schema"] for one in parameters if one["in"] == "query"]

    assert not [one for one in asked if "'array'" in str(one)]


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_names_are_snake_case(operation):
    names = {
        one["name"]
        for one in operation.told.get("parameters", [])
        if one["in"] != "header"
    }

    assert [name for name in names if not re.fullmatch(r"[a-z][a-z0-9_]*", name)] == []


@pytest.mark.parametrize("service", SERVICES)
def test_fields_are_snake_case_and_times_have_a_format(service):
    for name, schema in DOCUMENTS[service]["components"]["schemas"].items():
        for field, told in schema.get("properties", {}).items():
            assert re.fullmatch(r"[a-z][a-z0-9_]*", field), (name, field)
            if field.endswith("_at"):
                assert "date-time" in json.dumps(told), (name, field)
            assert not field.endswith(("_size", "_length")), (name, field)


async def asked(operation: Operation, **headers: str) -> httpx.Response:
    transport = httpx.ASGITransport(APPS[operation.service], raise_app_exceptions=False)
    url = re.sub(r"\{\w+\}", "1", operation.path)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://127.0.0.1"
    ) as http:
        return await http.request(operation.method, url, headers=headers)


@pytest.mark.parametrize("operation", GUARDED, ids=str)
async def test_nobody_comes_in_without_a_key(operation):
    answer = await asked(operation, **{"X-Request-ID": "n8n-7"})

    problem = Problem.model_validate_json(answer.content)
    assert answer.status_code == problem.status == 401
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-request-id"] == problem.request_id == "n8n-7"
    assert {"error", "message", "cause", "reason", "description"}.isdisjoint(
        answer.json()
    )


@pytest.mark.parametrize("operation", GUARDED, ids=str)
async def test_problem_json_is_for_who_names_it(operation):
    answer = await asked(operation, Accept="application/problem+json")

    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("header", ["Authorization", "X-API-Key"])
@pytest.mark.parametrize("operation", GUARDED, ids=str)
async def test_a_key_that_reads_only_reads(operation, header):
    """What it may not do is refused; what it may do gets as far as the part that is not opened here."""
    value = f"Bearer {READS}" if header == "Authorization" else READS

    answer = await asked(operation, **{header: value})

    reads = operation.method == "get" or operation.path in READING_POSTS
    assert (answer.status_code == 403) == (not reads), answer.text
    assert answer.status_code != 401


@pytest.mark.parametrize("operation", GUARDED, ids=str)
async def test_a_key_for_all_is_refused_nowhere(operation):
    answer = await asked(operation, **{"X-API-Key": WRITES})

    assert answer.status_code not in {401, 403}
    assert answer.headers["x-request-id"]
    assert not answer.is_redirect


@pytest.mark.parametrize("service", SERVICES)
def test_each_route_that_declares_its_body_bounds_it(service):
    declared = [
        route
        for router in APPS[service].state.routers
        for route in router.routes
        if isinstance(route, APIRoute) and route.body_field is not None
    ]

    assert declared
    assert [one.path for one in declared if not isinstance(one, JSONRoute)] == []
