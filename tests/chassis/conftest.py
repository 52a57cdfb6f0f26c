"""A Telegram to talk to, and a technician and a group in it; a service that takes one kind of thing."""

import pytest
from fastapi import APIRouter, FastAPI
from pydantic import BaseModel, ConfigDict

from chassis.json_routes import JSONRoute
from chassis.large_bodies import LargeBodies
from chassis.problems import add_problem_handlers
from tests.chassis.telegram_sessions import session
from tests.peers.telegram import TelegramPeer


class Thing(BaseModel):
    model_config = ConfigDict(extra="forbid")
    text: str


@pytest.fixture
async def peer():
    async with TelegramPeer() as peer:
        yield peer


@pytest.fixture
def jean(peer):
    return peer.add_user("Jean", "Keller")


@pytest.fixture
def group(peer, jean):
    return peer.add_group(-5000000001, "Chantier", [jean])


@pytest.fixture
async def telegram(peer, tmp_path):
    async with session(peer, tmp_path) as telegram:
        yield telegram


@pytest.fixture
def things() -> FastAPI:
    app = FastAPI()
    app.state.large_bodies = LargeBodies()
    router = APIRouter(route_class=JSONRoute)

    @router.put("/thing")
    async def put_thing(thing: Thing) -> int:
        return len(thing.text)

    app.include_router(router)
    add_problem_handlers(app)
    return app
