import pytest

from chassis.auth import BadKeys, parse_keys
from tests.chassis.chassis_app import KEYS, OTHER_KEY, READ_KEY, WRITE_KEY, things_app


def bearer(key):
    return {"Authorization": f"Bearer {key}"}


@pytest.mark.parametrize(
    "path",
    [
        "/things/1",
        "/readyz",
        "/metrics",
        "/things/openapi.json",
        "/things/docs",
        "/nowhere",
    ],
)
async def test_every_route_but_healthz_asks_for_a_key(running, path):
    async with running(things_app(api_keys=KEYS)) as http:
        assert (await http.get(path)).status_code == 401
        assert (await http.get("/healthz")).status_code == 200


async def test_only_below_its_own_sign_in_no_key_is_asked(running):
    """What stands there has its own door; its neighbours and look-alikes have this one."""
    paths = (
        "/things/pages/page/1",
        "/things/pagesx/page/1",
        "/things/pag",
        "/things",
    )
    async with running(things_app(api_keys=KEYS)) as http:
        found = [(await http.get(path)).status_code for path in paths]

    assert found == [200, 401, 401, 401]


@pytest.mark.parametrize(
    ("key", "method", "path", "status"),
    [
        (READ_KEY, "GET", "/things/1", 200),
        (READ_KEY, "PUT", "/things/1", 403),
        (READ_KEY, "POST", "/things/search", 200),
        (WRITE_KEY, "GET", "/things/1", 200),
        (WRITE_KEY, "PUT", "/things/1", 200),
        (OTHER_KEY, "GET", "/things/1", 403),
        ("look-alike-key-wrong", "GET", "/things/1", 401),
        ("", "GET", "/things/1", 401),
    ],
)
async def test_a_key_opens_what_its_scopes_say(running, key, method, path, status):
    async with running(things_app(api_keys=KEYS)) as http:
        assert (
            await http.request(method, path, headers=bearer(key))
        ).status_code == status
        assert (
            await http.request(method, path, headers={"X-API-Key": key})
        ).status_code == status


def test_without_a_key_only_loopback_is_served():
    with pytest.raises(BadKeys, match="API_KEYS"):
        things_app(host="0.0.0.0")


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 200),
        ("http://127.0.0.1:8002", 200),
        ("http://localhost:5678", 200),
        ("https://evil.example.org", 403),
        ("http://127.0.0.1.evil.example.org", 403),
        ("null", 403),
    ],
)
async def test_without_a_key_no_web_page_writes(running, origin, status):
    """A browser sends a page's form anywhere, also to loopback; it says whose page it was."""
    headers = {"Origin": origin} if origin else {}
    async with running(things_app()) as http:
        answer = await http.put("/things/1", headers=headers)

    assert answer.status_code == status


@pytest.mark.parametrize("path", ["/things/1", "/things/pages/page/1"])
async def test_without_a_key_a_rebound_host_name_is_refused(running, path):
    async with running(things_app()) as http:
        answer = await http.get(path, headers={"Host": "evil.example.org"})

    assert answer.status_code == 403


@pytest.mark.parametrize("text", ["n8n", "n8n=short", "=look-alike-key-nameless"])
def test_a_malformed_entry_is_named_by_its_place_never_by_its_key(text):
    with pytest.raises(BadKeys, match="entry 1") as raised:
        parse_keys(text)

    assert "short" not in str(raised.value)


@pytest.mark.parametrize(
    "scopes",
    [
        "storage,knowledge",
        "storage:write",
        "Storage",
        ", gateway=look-alike-key-of-another",
    ],
)
def test_a_scope_that_is_none_is_told_at_the_start(scopes: str):
    """It opened nothing, and said so by a 403 in the middle of a workflow."""
    text = f"first=look-alike-key-first; n8n=look-alike-key-of-n8n {scopes}"

    with pytest.raises(BadKeys, match="entry 2") as raised:
        parse_keys(text)

    assert "look-alike" not in str(raised.value)
