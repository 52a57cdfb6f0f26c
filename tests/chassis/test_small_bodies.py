"""Bodies that are read whole have a limit."""

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel

from chassis.problems import add_problem_handlers
from chassis.small_bodies import MAX_BODY_BYTES, SmallBodyRoute
from gateway import routes as gateway
from knowledge import backup_routes, document_routes
from knowledge import routes as knowledge
from notifier import routes as notifier
from storage import card_routes, file_routes, folder_routes, upload_routes
from tests.conftest import run_app

ROUTERS = [
    module.router
    for module in (
        gateway,
        knowledge,
        backup_routes,
        document_routes,
        notifier,
        card_routes,
        file_routes,
        folder_routes,
        upload_routes,
    )
]


class Thing(BaseModel):
    text: str


@pytest.fixture
def things() -> FastAPI:
    app = FastAPI()
    router = APIRouter(route_class=SmallBodyRoute)

    @router.put("/thing")
    async def put_thing(thing: Thing) -> int:
        return len(thing.text)

    app.include_router(router)
    add_problem_handlers(app)
    return app


@pytest.mark.parametrize("content_type", ["text/plain", None])
async def test_json_that_is_not_called_so_is_told_how(things, content_type):
    headers = {"Content-Type": content_type} if content_type else {}
    async with run_app(things) as http:
        answer = await http.put("/thing", content=b'{"text": "x"}', headers=headers)

    assert answer.status_code == 422
    assert "Content-Type: application/json" in answer.json()["detail"]
    assert [error["field"] for error in answer.json()["errors"]] == ["body"]


async def test_what_is_no_json_is_told_where(things):
    async with run_app(things) as http:
        answer = await http.put(
            "/thing",
            content=b'{"text": "x",}',
            headers={"Content-Type": "application/json; charset=utf-8"},
        )

    [error] = answer.json()["errors"]
    assert (answer.status_code, error["field"]) == (422, "body")
    assert "character 13" in error["detail"]


@pytest.mark.parametrize("router", ROUTERS)
def test_each_route_that_declares_its_body_bounds_it(router: APIRouter):
    unbounded = [
        route.path
        for route in router.routes
        if isinstance(route, APIRoute)
        and route.body_field is not None
        and not isinstance(route, SmallBodyRoute)
    ]

    assert unbounded == []


@pytest.mark.parametrize(
    ("size_bytes", "status"),
    [(1000, 200), (MAX_BODY_BYTES - 20, 200), (MAX_BODY_BYTES + 1, 413)],
)
async def test_body_above_the_limit_is_refused(
    things: FastAPI, size_bytes: int, status: int
):
    async with run_app(things) as http:
        answer = await http.put("/thing", json={"text": "x" * size_bytes})

    assert answer.status_code == status
    assert status == 200 or answer.json()["code"] == "too_large"
