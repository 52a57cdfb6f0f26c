"""OCS: the envelope around JSON answers, and who and what this server is."""

from typing import Any

from tests.peers.nextcloud.deck.api import Deck
from tests.peers.nextcloud.errors import OcsError, PlainError
from tests.peers.nextcloud.wire import Answer, Request, json_answer

VERSION = {
    "major": 29,
    "minor": 0,
    "micro": 6,
    "string": "29.0.6",
    "edition": "",
    "extendedSupport": False,
}
CAPABILITIES: dict[str, Any] = {
    "core": {
        "pollinterval": 60,
        "webdav-root": "remote.php/webdav",
        "mod-rewrite-working": True,
    },
    "bruteforce": {"delay": 0, "allow-listed": False},
    "files": {
        "bigfilechunking": True,
        "blacklisted_files": [".htaccess"],
        "forbidden_filename_characters": ["\\", "/"],
        "undelete": True,
        "versioning": True,
    },
    "dav": {"chunking": "1.0", "bulkupload": "1.0"},
    "deck": {
        "version": "1.13.10",
        "canCreateBoards": True,
        "apiVersions": ["1.0", "1.1"],
    },
    "files_sharing": {
        "api_enabled": True,
        "public": {
            "enabled": True,
            "password": {"enforced": False, "askForOptionalPassword": False},
            "expire_date": {"enabled": False},
            "multiple_links": True,
        },
    },
    "checksums": {"preferredUploadType": "SHA1", "supportedTypes": ["SHA1"]},
}


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
    return json_answer(
        {
            "ocs": {
                "meta": {"status": "ok", "statuscode": 200, "message": "OK"},
                "data": data,
            }
        }
    )


class Ocs:
    def __init__(self, names: dict[str, str], deck: Deck) -> None:
        self.names, self.deck = names, deck

    async def answer(self, request: Request, path: str) -> Answer:
        """*path* is below ``/ocs/v2.php``. Without ``OCS-APIRequest`` it is 412."""
        if request.headers.get("ocs-apirequest", "").lower() != "true":
            raise PlainError(412, "CSRF check failed")
        match request.method, path:
            case "GET", "/cloud/capabilities":
                return envelope({"version": VERSION, "capabilities": CAPABILITIES})
            case "GET", "/cloud/user":
                return envelope(
                    {
                        "id": request.user,
                        "display-name": self.names[request.user],
                        "enabled": True,
                    }
                )
            case "GET", "/apps/deck/api/v1.0/search":
                return envelope(self.deck.cards.search(request))
            case "GET", "/apps/deck/api/v1.0/overview/upcoming":
                return envelope(self.deck.cards.upcoming(request))
        raise OcsError(998, "Invalid query, please check the syntax.")
