"""OCS answers in XML, which is what a caller gets who does not ask for JSON."""

import json
from xml.sax.saxutils import escape

from tests.peers.nextcloud.wire import XML, Answer, Request


def in_format(request: Request, answer: Answer) -> Answer:
    """JSON with ``format=json`` or an Accept of JSON, else the same as XML."""
    asked = request.query.get("format") == "json" or "json" in request.headers.get(
        "accept", ""
    )
    if asked or not answer.body.startswith(b'{"ocs"'):
        return answer
    text = '<?xml version="1.0"?>\n' + "".join(
        _lines("ocs", json.loads(answer.body)["ocs"], "")
    )
    headers = {**answer.headers, "Content-Type": XML}
    return Answer(answer.status, headers, text.encode(), compress=True)


def _lines(name: str, value: object, indent: str) -> list[str]:
    pairs: list[tuple[str, object]] = []
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list):
        pairs = [("element", item) for item in value]
    else:
        text = "1" if value is True else "" if value in (None, False) else str(value)
        return [f"{indent}<{name}>{escape(text)}</{name}>\n"]
    if not pairs:
        return [f"{indent}<{name}/>\n"]
    inner = [line for key, item in pairs for line in _lines(key, item, indent + " ")]
    return [f"{indent}<{name}>\n", *inner, f"{indent}</{name}>\n"]
