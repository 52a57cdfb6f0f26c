"""A small service that stands for any, so that the chassis is tested as it is used."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI, Request

from chassis.app import service_app
from chassis.settings import ServiceSettings
from contracts.errors import NotFound, RateLimited, Unavailable

READ_KEY = "look-alike-key-reads"
WRITE_KEY = "look-alike-key-writes"
OTHER_KEY = "look-alike-key-other"
KEYS = (
    f"n8n={READ_KEY} things:read; gateway={WRITE_KEY} things\nelse={OTHER_KEY} storage"
)


def things_app(outside: list[str] | None = None, **settings: Any) -> FastAPI:
    """An app named ``things``; *outside* lists the systems that are down."""
    router = APIRouter(prefix="/things")

    @router.get("/listed/all")
    async def things(limit: int = 10, status: str = "") -> dict[str, int | str]:
        return {"limit": limit, "status": status}

    @router.get("/{number}")
    async def thing(number: int) -> dict[str, int]:
        return {"number": number}

    @router.put("/{number}")
    async def put_thing(number: int) -> dict[str, int]:
        return {"number": number}

    @router.post("/search")
    async def search() -> dict[str, int]:
        return {"found": 0}

    @router.get("/missing/one")
    async def missing() -> None:
        raise NotFound("There is no thing of that number.", code="no_thing")

    @router.get("/broken/one")
    async def broken() -> None:
        raise ZeroDivisionError("look-alike-secret")

    @router.get("/busy/one")
    async def busy() -> None:
        raise RateLimited("The thing rests.", retry_after_s=2.4)

    @router.post("/refused")
    async def refused(request: Request) -> None:
        raise NotFound("refused before the body was read")

    async def check(app: FastAPI) -> str:
        if outside:
            raise Unavailable(f"{outside[0]} does not answer")
        return "answers"

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield

    app = service_app(
        "things",
        ServiceSettings(_env_file=None, **settings),
        lifespan=lifespan,
        routers=[router],
        checks={"outside": check},
        read_routes=frozenset({"/things/search"}),
        own_sign_in=("/things/pages",),
    )
    app.mount("/things/pages", _pages())
    return app


def _pages() -> FastAPI:
    """An app within the app, which lets people in by itself."""
    pages = FastAPI(openapi_url=None)

    @pages.get("/page/{number}")
    async def page(number: int) -> dict[str, int]:
        return {"page": number}

    return pages
