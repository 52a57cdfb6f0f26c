"""OCS: the envelope around JSON answers, and who and what this server is."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from tests.peers.nextcloud.comments import Comments
from tests.peers.nextcloud.deck.api import Deck, fields_of
from tests.peers.nextcloud.errors import OcsError, PlainError
from tests.peers.nextcloud.files import Files
from tests.peers.nextcloud.ocs_xml import in_format
from tests.peers.nextcloud.shares import Shares
from tests.peers.nextcloud.wire import Answer, Request, json_answer

# What a genuine server says of itself and of its user; *HOST* stands for its address.
SAID: dict[str, Any] = json.loads(Path(__file__).with_name("server.json").read_text())


def status_php(*, maintenance: bool) -> Answer:
    content = {
        "installed": True,
        "maintenance": maintenance,
        "needsDbUpgrade": False,
        "version": "29.0.6.1",
        "versionstring": "29.0.6",
        "edition": "",
        "productname": "Nextcloud",
        "extendedSupport": False,
    }
    plain = json_answer(content)
    return Answer(
        200,
        {"Content-Type": "application/json", "Access-Control-Allow-Origin": "*"},
        plain.body,
    )


def envelope(data: object) -> Answer:
    meta = {"status": "ok", "statuscode": 200, "message": "OK"}
    return json_answer({"ocs": {"meta": meta, "data": data}})


class Ocs:
    def __init__(
        self, names: dict[str, str], deck: Deck, shares: Shares, files: Files
    ) -> None:
        self.names, self.deck, self.shares, self.files = names, deck, shares, files
        self.comments = Comments(deck.state, names)

    async def answer(self, request: Request, path: str) -> Answer:
        """*path* starts with ``/ocs``. Version 1 answers HTTP 200 whatever happened."""
        version, path = path[: len("/ocs/v1.php")], path[len("/ocs/v1.php") :]
        try:
            answer = envelope(await self._data(request, path))
        except OcsError as refused:
            answer = refused.answer()
        if path == "/cloud/capabilities":
            digest = hashlib.md5(answer.body, usedforsecurity=False).hexdigest()
            answer.headers["ETag"] = f'"{digest}"'
        if version == "/ocs/v1.php":
            answer = as_version_1(answer)
        return in_format(request, answer)

    async def _data(self, request: Request, path: str) -> object:
        """Without ``OCS-APIRequest`` it is 412."""
        if request.headers.get("ocs-apirequest", "").lower() != "true":
            raise PlainError(412, "CSRF check failed")
        if path == "/cloud/capabilities":
            return self._capabilities(request.host)
        if path == "/cloud/user":
            name = self.names[request.user]
            return {
                **SAID["user"],
                "id": request.user,
                "displayname": name,
                "display-name": name,
            }
        if path.startswith("/apps/deck/api/"):
            return await self._deck(request, path.removeprefix("/apps/deck/api/v1.0"))
        found = re.fullmatch(r"/apps/files_sharing/api/v1/shares(?:/(\w+))?", path)
        if found is None:
            raise OcsError(404, "Invalid query, please check the syntax.", 998)
        return await self._shares(request, found[1])

    def _capabilities(self, host: str) -> dict[str, Any]:
        text = json.dumps(SAID["capabilities"]).replace("http://HOST", host)
        said: dict[str, Any] = json.loads(text)
        if not self.files.has_trash:
            del said["capabilities"]["files"]["undelete"]
        return said

    async def _deck(self, request: Request, path: str) -> object:
        if path == "/search":
            return self.deck.cards.search(request)
        if path == "/overview/upcoming":
            return self.deck.cards.upcoming(request)
        found = re.fullmatch(r"/cards/(\d+)/comments", path)
        if found is None:
            raise OcsError(404, "Invalid query, please check the syntax.", 998)
        if request.method == "POST":
            fields = fields_of(request, await request.body())
            return self.comments.create(request, int(found[1]), fields)
        return self.comments.list(request, int(found[1]))

    async def _shares(self, request: Request, share_id: str | None) -> object:
        shares, host = self.shares, request.host
        match request.method, share_id:
            case "POST", None:
                return shares.create(fields_of(request, await request.body()), host)
            case "GET", None:
                found = shares.at(request.query.get("path", ""))
                return [shares.shown(share, host) for share in found]
            case "GET", str():
                return [shares.shown(shares.get(share_id), host)]
            case "DELETE", str():
                shares.delete(share_id)
                return []
        raise OcsError(405, "Invalid method")


def as_version_1(answer: Answer) -> Answer:
    """HTTP 200 whatever happened; 100 is its "OK"."""
    content = json.loads(answer.body)
    meta = content["ocs"]["meta"]
    meta |= {"totalitems": "", "itemsperpage": ""}
    if meta["statuscode"] == 200:
        meta["statuscode"] = 100
    return json_answer(content)
