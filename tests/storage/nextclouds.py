"""What a test of the service sees of a Nextcloud, be it the peer or a genuine one."""

import os
import secrets
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any, Protocol
from urllib.parse import quote, unquote

import httpx
from lxml import etree

from tests.peers.nextcloud.peer import Received

_DECK = "/index.php/apps/deck/api/v1.0"
_ASKED = """<d:propfind xmlns:d="DAV:" xmlns:nc="http://nextcloud.org/ns"><d:prop>
<d:resourcetype/><nc:trashbin-original-location/></d:prop></d:propfind>"""


class Nextcloud(Protocol):
    """One user's files, cards and trash bin, past the service; ``requests`` are the service's, in order."""

    requests: list[Received]
    user: str
    """The account's user id."""

    def tree(self, folder: str = "") -> dict[str, bytes]:
        """Files below *folder* by path; a folder without files ends in ``/`` and holds nothing."""
        ...

    def write(self, path: str, content: bytes = b"") -> None:
        """Put a file there, parents included."""
        ...

    def make_folder(self, path: str) -> object: ...

    def cards(self) -> list[dict[str, Any]]:
        """Living cards, each with the titles of its ``board``, ``stack`` and ``labels``."""
        ...

    def trash(self) -> Sequence[str]: ...


class GenuineNextcloud:
    """
    The server that ``NEXTCLOUD_TEST_URL``, ``…_USER`` and ``…_PASSWORD`` name, seen through a fresh folder.

    ``settings`` keep the service to that folder and to a board of its own; `close` removes both. One test at a time:
    Deck's search, by which a card is found again, looks at all boards of the account.
    """

    def __init__(self) -> None:
        self.url = os.environ["NEXTCLOUD_TEST_URL"]
        login = os.environ["NEXTCLOUD_TEST_USER"]
        password = os.environ["NEXTCLOUD_TEST_PASSWORD"]
        mark = secrets.token_hex(4)
        self._root = f"etm-test-{mark}"
        self._board = f"ETM test {mark}"
        self._http = httpx.Client(
            base_url=self.url,
            auth=(login, password),
            headers={"OCS-APIRequest": "true"},
            timeout=60,
        )
        who = self._asked("GET", "/ocs/v2.php/cloud/user", params={"format": "json"})
        self.user = str(who.json()["ocs"]["data"]["id"])
        self._files = f"/remote.php/dav/files/{quote(self.user)}"
        self._bin = f"/remote.php/dav/trashbin/{quote(self.user)}/trash"
        self.requests: list[Received] = []
        self.settings: dict[str, Any] = {
            "nextcloud_user": login,
            "nextcloud_password": password,
            "nextcloud_patience_s": 20,
            "nextcloud_root": self._root,
            "deck_board": self._board,
        }
        self._asked("MKCOL", self._href(""))

    def transport(self) -> httpx.AsyncBaseTransport:
        """Reach the server, and note in ``requests`` what is asked of it."""
        return _Noting(self.requests)

    def tree(self, folder: str = "") -> dict[str, bytes]:
        top = unquote(self._href(folder)).rstrip("/") + "/"
        found = [
            (href, unquote(href).removeprefix(top))
            for href, _ in self._propfind(self._href(folder), "infinity")
        ]
        paths = [path for _, path in found]
        tree: dict[str, bytes] = {}
        for href, path in found:
            if path.endswith("/"):
                if not _has_members(path, paths):
                    tree[path] = b""
            elif path:
                answer = self._asked("GET", href, may_be=404)
                # It may have gone since it was listed.
                tree |= {path: answer.content} if answer.is_success else {}
        return tree

    def write(self, path: str, content: bytes = b"") -> None:
        self.make_folder(str(PurePosixPath(path).parent))
        self._asked("PUT", self._href(path), content=content)

    def make_folder(self, path: str) -> None:
        folder = PurePosixPath(path)
        for one in reversed([folder, *folder.parents]):
            self._asked("MKCOL", self._href("/".join(one.parts)), may_be=405)

    def cards(self) -> list[dict[str, Any]]:
        return [
            {
                **card,
                "labels": [label["title"] for label in card["labels"]],
                "stack": stack["title"],
                "board": board["title"],
            }
            for board in self._boards()
            for stack in self._asked("GET", f"{board['path']}/stacks").json()
            for card in stack.get("cards", [])
        ]

    def trash(self) -> list[str]:
        """Where in the bin lies what was below the folder."""
        return [
            href
            for href, original in self._propfind(self._bin, "1")
            if original.startswith(self._root)
        ]

    def close(self) -> None:
        """Remove what the test made, from the trash bin as well."""
        for board in self._boards():
            self._asked("DELETE", board["path"])
        self._asked("DELETE", self._href(""))
        for href in self.trash():
            self._asked("DELETE", href)
        self._http.close()

    def _boards(self) -> Iterator[dict[str, Any]]:
        for board in self._asked("GET", f"{_DECK}/boards").json():
            if board["title"] == self._board and not board["deletedAt"]:
                yield {**board, "path": f"{_DECK}/boards/{board['id']}"}

    def _propfind(self, path: str, depth: str) -> Iterator[tuple[str, str]]:
        """Give each href, and where it lay before it was deleted."""
        answer = self._asked("PROPFIND", path, content=_ASKED, headers={"Depth": depth})
        for one in etree.fromstring(answer.content).iterfind("{DAV:}response"):
            original = one.findtext(".//{*}trashbin-original-location", "")
            yield one.findtext("{DAV:}href", ""), original

    def _asked(
        self, method: str, path: str, *, may_be: int = 0, **sent: Any
    ) -> httpx.Response:
        answer = self._http.request(method, path, **sent)
        if answer.status_code != may_be:
            answer.raise_for_status()
        return answer

    def _href(self, path: str) -> str:
        return f"{self._files}/{self._root}/{quote(path)}"


def _has_members(folder: str, paths: Sequence[str]) -> bool:
    return any(path != folder and path.startswith(folder) for path in paths)


class _Noting(httpx.AsyncHTTPTransport):
    def __init__(self, requests: list[Received]) -> None:
        super().__init__(limits=httpx.Limits(max_connections=None))
        self._requests = requests

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        noted = Received(request.method, request.url.path, request.headers)
        self._requests.append(noted)
        response = await super().handle_async_request(request)
        noted.status = response.status_code
        return response
