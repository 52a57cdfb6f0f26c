"""The page of the routes, in a LAN without a web."""

import re

from tests.chassis.chassis_app import KEYS, READ_KEY, things_app


async def test_the_page_needs_nothing_from_elsewhere(running):
    async with running(things_app()) as http:
        page = (await http.get("/things/docs")).text
        named = re.findall(r"""(?:src|href)="([^"]+)"|url: '([^']+)'""", page)
        urls = [a or b for a, b in named]
        answers = [await http.get(url) for url in urls]

    assert [url for url in urls if not url.startswith("/things/")] == []
    assert [answer.status_code for answer in answers] == [200] * 4
    assert "SwaggerUIBundle" in answers[2].text
    assert not re.search(r"https?://", page)


async def test_the_page_asks_for_a_key_as_all_routes_do(running):
    script = "/things/docs/assets/swagger-ui-bundle.js"
    async with running(things_app(api_keys=KEYS)) as http:
        closed = [await http.get(path) for path in ("/things/docs", script)]
        opened = await http.get(script, headers={"X-API-Key": READ_KEY})

    assert [answer.status_code for answer in closed] == [401, 401]
    assert opened.status_code == 200


async def test_the_document_says_which_keys_open_a_route(running):
    async with running(things_app()) as http:
        document = (await http.get("/things/openapi.json")).json()

    schemes = document["components"]["securitySchemes"]
    assert {(one["type"], one.get("name")) for one in schemes.values()} == {
        ("http", None),
        ("apiKey", "X-API-Key"),
    }
    assert [list(one) for one in document["security"]] == [["bearer"], ["header"]]
    assert document["paths"]["/healthz"]["get"]["security"] == []
    assert "security" not in document["paths"]["/readyz"]["get"]
