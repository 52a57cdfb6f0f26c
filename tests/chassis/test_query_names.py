import pytest

from tests.chassis.chassis_app import things_app


@pytest.mark.parametrize("query", ["statut=failed", "limit=3&statut=failed"])
async def test_a_query_with_an_unknown_name_is_told_the_known_ones(running, query):
    async with running(things_app()) as http:
        answer = await http.get(f"/things/listed/all?{query}")

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "invalid_request")
    assert "statut" in problem["detail"]
    assert "limit, status" in problem["detail"]
    assert [error["field"] for error in problem["errors"]] == ["query.statut"]


async def test_a_route_without_a_query_says_so(running):
    async with running(things_app()) as http:
        answer = await http.put("/things/1?wait=30")

    assert answer.status_code == 422
    assert "knows none" in answer.json()["detail"]


@pytest.mark.parametrize("query", ["", "limit=3", "limit=3&status=a", "=", "=&=1"])
async def test_known_names_and_a_row_that_nobody_filled_in_pass(running, query):
    async with running(things_app()) as http:
        answer = await http.get(f"/things/listed/all?{query}")

    assert answer.status_code == 200


async def test_a_name_given_twice_is_refused(running):
    """The last one counted: ``?status=failed&status=sent`` listed half of what was asked for."""
    async with running(things_app()) as http:
        answer = await http.get("/things/listed/all?status=a&limit=3&status=b")

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "invalid_request")
    assert "status once" in problem["detail"]
    assert [error["field"] for error in problem["errors"]] == ["query.status"]


async def test_many_long_unknown_names_make_a_short_answer(running):
    query = "&".join(f"{'x' * 500}{number}=1" for number in range(90))
    async with running(things_app()) as http:
        answer = await http.get(f"/things/listed/all?{query}")

    assert answer.status_code == 422
    assert len(answer.content) < 5_000


@pytest.mark.parametrize(
    "path", ["/healthz", "/readyz", "/metrics", "/things/docs", "/things/openapi.json"]
)
async def test_who_looks_after_a_service_may_ask_as_he_likes(running, path):
    async with running(things_app()) as http:
        answer = await http.get(f"{path}?_=1764210000")

    assert answer.status_code == 200
