"""How Nextcloud says no: sabre/dav's XML, Deck's JSON, OCS's envelope, nginx's HTML.

Refusal
 ├── DavError     XML: s:exception and s:message
 ├── DeckError    {"status", "message"}
 ├── OcsError     {"ocs": {"meta": ...}}
 ├── PlainError   {"message"}, or no body
 ├── Page         HTML
 └── NginxError   a page of HTML
"""

from collections.abc import Mapping
from http import HTTPStatus
from xml.sax.saxutils import escape

from tests.peers.nextcloud.wire import HTML, XML, Answer, json_answer

SABRE = "Sabre\\DAV\\Exception\\"
CONNECTOR = "OCA\\DAV\\Connector\\Sabre\\Exception\\"


class Refusal(Exception):
    """A request that is answered with an error."""

    def answer(self) -> Answer:
        raise NotImplementedError


class DavError(Refusal):
    def __init__(
        self,
        status: int,
        exception: str,
        message: str = "",
        *,
        header: str = "",
        extra: str = "",
        headers: Mapping[str, str] = {},
    ) -> None:
        super().__init__(status, message)
        self.status, self.exception, self.message = status, exception, message
        self.header, self.extra, self.headers = header, extra, headers

    def answer(self) -> Answer:
        message = (
            f"<s:message>{escape(self.message)}</s:message>"
            if self.message
            else "<s:message/>"
        )
        owncloud = ' xmlns:o="http://owncloud.org/ns"' if self.extra else ""
        lines = [
            '<?xml version="1.0" encoding="utf-8"?>',
            f'<d:error xmlns:d="DAV:" xmlns:s="http://sabredav.org/ns"{owncloud}>',
            f"  <s:exception>{self.exception}</s:exception>",
            f"  {message}",
            *([f"  <s:header>{self.header}</s:header>"] if self.header else []),
            *([self.extra] if self.extra else []),
            "</d:error>\n",
        ]
        return Answer(
            self.status,
            {"Content-Type": XML, **self.headers},
            "\n".join(lines).encode(),
        )


class DeckError(Refusal):
    def __init__(self, status: int, message: str, request_id: str = "") -> None:
        super().__init__(status, message)
        self.status, self.message, self.request_id = status, message, request_id

    def answer(self) -> Answer:
        body: dict[str, object] = {"status": self.status, "message": self.message}
        if self.request_id:
            body["requestId"] = self.request_id
        return json_answer(body, self.status)


class OcsError(Refusal):
    """*code* is OCS's own; it is the HTTP status unless it says otherwise."""

    def __init__(self, status: int, message: str, code: int = 0) -> None:
        super().__init__(status, message)
        self.status, self.message, self.code = status, message, code or status

    def answer(self) -> Answer:
        meta = {"status": "failure", "statuscode": self.code, "message": self.message}
        return json_answer({"ocs": {"meta": meta, "data": []}}, self.status)


class PlainError(Refusal):
    """A bare JSON message, or nothing at all."""

    def __init__(self, status: int, message: str | None = None) -> None:
        super().__init__(status, message)
        self.status, self.message = status, message

    def answer(self) -> Answer:
        if self.message is None:
            return Answer(self.status, {"Content-Type": HTML})
        answer = json_answer({"message": self.message}, self.status)
        if not self.message:
            del answer.headers["Cache-Control"]
        return answer


class Page(Refusal):
    """A page for people, in short."""

    def __init__(self, status: int, text: str, headers: Mapping[str, str] = {}) -> None:
        super().__init__(status, text)
        self.status, self.text, self.headers = status, text, headers

    def answer(self) -> Answer:
        page = f"<!DOCTYPE html>\n<html><head><title>Nextcloud</title></head><body>{self.text}</body></html>\n"
        return Answer(
            self.status, {"Content-Type": HTML, **self.headers}, page.encode()
        )


class NginxError(Refusal):
    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status

    def answer(self) -> Answer:
        phrase = {413: "Request Entity Too Large"}.get(
            self.status, HTTPStatus(self.status).phrase
        )
        title = f"{self.status} {phrase}"
        page = (
            f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
            "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
        )
        return Answer(self.status, {"Content-Type": "text/html"}, page.encode())


def not_found(message: str) -> DavError:
    return DavError(
        404, SABRE + "NotFound", message, headers={"Vary": "Accept-Encoding"}
    )


def forbidden(message: str = "") -> DavError:
    return DavError(
        403, SABRE + "Forbidden", message, headers={"Vary": "Accept-Encoding"}
    )


def conflict(message: str) -> DavError:
    return DavError(409, SABRE + "Conflict", message)


def bad_request(message: str) -> DavError:
    return DavError(400, SABRE + "BadRequest", message)


def precondition_failed(message: str, header: str, etag: str = "") -> DavError:
    return DavError(
        412,
        SABRE + "PreconditionFailed",
        message,
        header=header,
        headers={"ETag": etag} if etag else {},
    )


def locked(path: str, state: str = "") -> DavError:
    suffix = f", existing lock on file: {state}" if state else ""
    return DavError(423, CONNECTOR + "FileLocked", f'"{path}" is locked{suffix}')


def invalid_path(message: str) -> DavError:
    extra = f'  <o:retry xmlns:o="o:">false</o:retry>\n  <o:reason xmlns:o="o:">{message}</o:reason>'
    return DavError(400, CONNECTOR + "InvalidPath", message, extra=extra)


def not_implemented(method: str) -> DavError:
    message = f"There was no plugin in the system that was willing to handle this {method} method."
    return DavError(501, SABRE + "NotImplemented", message)


def insufficient_storage(path: str, required: int, available: int) -> DavError:
    message = (
        f"Insufficient space in {path}, {required} required, {available} available"
    )
    return DavError(507, SABRE + "InsufficientStorage", message)
