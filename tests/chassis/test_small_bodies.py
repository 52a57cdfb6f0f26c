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


class Thing(BaseModel):
    text: str


@pytest.mark.parametrize(
    ("size_bytes", "status"),
    [(1000, 200), (MAX_BODY_BYTES - 20, 200), (MAX_BODY_BYTES + 1, 413)],
)
async def test_body_above_the_limit_is_refused(size_bytes: int, status: int):
    app, router = FastAPI(), APIRouter(route_class=SmallBodyRoute)
    add_problem_handlers(app)

    @router.put("/thing")
    async def put_thing(thing: Thing) -> int:
        return len(thing.text)

    app.include_router(router)
    async with run_app(app) as http:
        answer = await http.put("/thing", json={"text": "x" * size_bytes})

    assert answer.status_code == status
    assert status == 200 or answer.json()["code"] == "too_large"
