"""
A Qdrant server's REST API, as far as the service uses it: requests are read strictly, answers are Qdrant's local mode's.

What it cannot show is a server's own: shards, replicas, its optimizer, which versions know which formulas.

Source: Qdrant's OpenAPI document, from which qdrant-client's models are generated.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict
from qdrant_client import AsyncQdrantClient, models
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

_POINTS = "/collections/{name}/points"


@dataclass(frozen=True)
class Sent:
    """One request that came."""

    method: str
    path: str
    query: dict[str, str]
    body: Any


@dataclass
class QdrantPeer:
    """
    ``key`` is asked of every request; ``fails`` is the status that all are answered with, where it is set.

    What is written while it ``forgets`` is acknowledged and not kept; each write takes ``slow_s``. A count
    of all is made when it is asked for, and answered once ``counts`` is set.
    """

    key: str = ""
    fails: int = 0
    forgets: bool = False
    slow_s: float = 0.0
    counts: asyncio.Event | None = None
    sent: list[Sent] = field(default_factory=list)
    held: AsyncQdrantClient = field(
        default_factory=lambda: AsyncQdrantClient(":memory:")
    )

    def app(self) -> Starlette:
        calls = {
            ("GET", "/collections"): self._collections,
            ("GET", "/collections/{name}/exists"): self._exists,
            ("PUT", "/collections/{name}"): self._create,
            ("DELETE", "/collections/{name}"): self._drop,
            ("PUT", "/collections/{name}/index"): self._index,
            ("PUT", _POINTS): self._upsert,
            ("POST", _POINTS): self._retrieve,
            ("POST", f"{_POINTS}/query"): self._query,
            ("POST", f"{_POINTS}/count"): self._count,
            ("POST", f"{_POINTS}/scroll"): self._scroll,
            ("POST", f"{_POINTS}/delete"): self._delete,
        }
        return Starlette(
            routes=[
                Route(path, self._answering(call), methods=[method])
                for (method, path), call in calls.items()
            ]
        )

    def _answering(self, call: Any) -> Any:
        async def answer(request: Request) -> Response:
            raw = await request.body()
            body = await request.json() if raw else None
            self.sent.append(
                Sent(request.method, request.url.path, dict(request.query_params), body)
            )
            if self.key and request.headers.get("api-key") != self.key:
                return Response("Must provide an API key", 401)
            if self.fails:
                return JSONResponse({"status": {"error": "asked to fail"}}, self.fails)
            name = request.path_params.get("name", "")
            if "/points" in request.url.path and not await self._is_there(name):
                gone = f"Not found: Collection `{name}` doesn't exist!"
                return JSONResponse({"status": {"error": gone}}, 404)
            result = await call(name, body)
            if isinstance(result, BaseModel):
                result = result.model_dump(mode="json", exclude_none=True)
            return JSONResponse({"time": 0.0, "status": "ok", "result": result})

        return answer

    async def _is_there(self, name: str) -> bool:
        return await self.held.collection_exists(name)

    async def _collections(self, _: str, __: Any) -> Any:
        return await self.held.get_collections()

    async def _exists(self, name: str, _: Any) -> Any:
        return {"exists": await self.held.collection_exists(name)}

    async def _create(self, name: str, body: Any) -> bool:
        asked = _strict(models.CreateCollection, body)
        return await self.held.create_collection(
            name, asked.vectors or {}, asked.sparse_vectors
        )

    async def _drop(self, name: str, _: Any) -> bool:
        return await self.held.delete_collection(name)

    async def _index(self, _: str, body: Any) -> Any:
        _strict(models.CreateFieldIndex, body)
        return _done()

    async def _upsert(self, name: str, body: Any) -> Any:
        points = _strict(models.PointsList, body).points
        await asyncio.sleep(self.slow_s)
        if not self.forgets:
            await self.held.upsert(name, points)
        return _done()

    async def _retrieve(self, name: str, body: Any) -> Any:
        asked = _strict(models.PointRequest, body)
        found = await self.held.retrieve(
            name, asked.ids, asked.with_payload or False, asked.with_vector or False
        )
        return [record.model_dump(mode="json") for record in found]

    async def _query(self, name: str, body: Any) -> Any:
        asked = _strict(models.QueryRequest, body)
        return await self.held.query_points(
            name,
            query=asked.query,
            prefetch=asked.prefetch,
            query_filter=asked.filter,
            limit=asked.limit or 10,
            with_payload=asked.with_payload or False,
            with_vectors=asked.with_vector or False,
        )

    async def _count(self, name: str, body: Any) -> Any:
        asked = _strict(models.CountRequest, body)
        counted = await self.held.count(name, asked.filter, exact=bool(asked.exact))
        if self.counts and not asked.filter:
            await self.counts.wait()
        return counted

    async def _scroll(self, name: str, body: Any) -> Any:
        asked = _strict(models.ScrollRequest, body)
        records, after = await self.held.scroll(
            name,
            asked.filter,
            limit=asked.limit or 10,
            offset=asked.offset,
            with_payload=asked.with_payload or False,
            with_vectors=asked.with_vector or False,
        )
        points = [record.model_dump(mode="json") for record in records]
        return {"points": points, "next_page_offset": after}

    async def _delete(self, name: str, body: Any) -> Any:
        await self.held.delete(name, _strict(models.FilterSelector, body))
        return _done()


def _done() -> dict[str, Any]:
    return {"operation_id": 1, "status": "completed"}


def _strict(kind: Any, body: Any) -> Any:
    """Read *body* as *kind*; a field that it has not is an error."""

    class Strict(kind):  # type: ignore[misc]  # which of the models is known when it is called
        model_config = ConfigDict(extra="forbid")

    return Strict.model_validate(body)
