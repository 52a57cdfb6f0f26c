"""A model hub: what huggingface_hub asks of one, answered from a folder."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tests.peers.serving import ConnectionCut, ConnectionReset

COMMIT = "5" * 40
WEIGHTS = ".onnx"
"""A hub keeps large files apart: it answers where they are, and they are fetched from there."""


@dataclass
class Hub:
    """
    Holds one repository.

    ``cut_at`` breaks each download of the weights off at that byte, ``cuts`` times, by a reset where ``is_reset``: the
    library tries the one again, five times with a second between, and not the other. ``ranges`` are the starts that were
    asked for, in order.

    Source: huggingface_hub 1.33, ``_snapshot_download.py``, ``file_download.py``, ``errors.py``.
    """

    repository: str
    folder: Path
    cut_at: int = 0
    cuts: int = 0
    is_reset: bool = False
    ranges: list[str] = field(default_factory=list)

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/api/models/{repo:path}/revision/{revision}", self._model),
                Route("/api/models/{repo:path}/tree/{revision}", self._tree),
                Route("/{repo:path}/resolve/{revision}/{name:path}", self._file),
                Route("/apart/{name:path}", self._apart),
            ]
        )

    async def _model(self, request: Request) -> Response:
        if request.path_params["repo"] != self.repository:
            return JSONResponse(
                {"error": "Invalid username or password."},
                401,
                {"X-Error-Code": "RepoNotFound"},
            )
        siblings = [{"rfilename": path.name} for path in self._files()]
        return JSONResponse(
            {
                "id": self.repository,
                "sha": COMMIT,
                "private": False,
                "siblings": siblings,
            }
        )

    async def _tree(self, _: Request) -> Response:
        return JSONResponse(
            [
                {
                    "type": "file",
                    "path": path.name,
                    "size": path.stat().st_size,
                    "oid": _etag(path),
                }
                for path in self._files()
            ]
        )

    async def _file(self, request: Request) -> Response:
        path = self.folder / request.path_params["name"]
        commit = {"X-Repo-Commit": COMMIT}
        if not path.is_file():
            return Response(
                status_code=404, headers=commit | {"X-Error-Code": "EntryNotFound"}
            )
        if path.suffix == WEIGHTS:
            where = {
                # Another host, as a hub's store is: the client does not look for the hub's headers there.
                "Location": f"http://localhost:{request.url.port}/apart/{path.name}",
                "X-Linked-Etag": f'"{_etag(path)}"',
                "X-Linked-Size": str(path.stat().st_size),
            }
            return Response(status_code=302, headers=commit | where)
        return Response(
            path.read_bytes(), headers=commit | {"ETag": f'"{_etag(path)}"'}
        )

    async def _apart(self, request: Request) -> Response:
        content = (self.folder / request.path_params["name"]).read_bytes()
        asked = request.headers.get("range", "")
        self.ranges.append(asked)
        start = int(asked.removeprefix("bytes=").partition("-")[0] or 0)
        if self.cuts and start < len(content):
            self.cuts -= 1
            cut = ConnectionReset() if self.is_reset else ConnectionCut()
            return _BrokenOff(content[start:], self.cut_at, cut)
        if not asked:
            return Response(content)
        place = f"bytes {start}-{len(content) - 1}/{len(content)}"
        return Response(content[start:], 206, {"Content-Range": place})

    def _files(self) -> list[Path]:
        return sorted(self.folder.iterdir())


class _BrokenOff(Response):
    """Announces the whole and sends the beginning."""

    def __init__(self, content: bytes, sent: int, cut: ConnectionCut) -> None:
        super().__init__(content)
        self._sent = sent
        self._cut = cut

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send(
            {
                "type": "http.response.start",
                "status": self.status_code,
                "headers": self.raw_headers,
            }
        )
        await send(
            {
                "type": "http.response.body",
                "body": bytes(self.body)[: self._sent],
                "more_body": True,
            }
        )
        raise self._cut


def _etag(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
