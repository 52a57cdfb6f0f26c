import pytest

from tests.chassis.chassis_app import things_app


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/things/missing/one", 404, "no_thing"),
        ("/nowhere", 404, "not_found"),
        ("/things/many", 422, "invalid_request"),
        ("/things/broken/one", 500, "internal"),
    ],
)
async def test_every_failure_is_a_problem_document(running, path, status, code):
    async with running(things_app()) as http:
        answer = await http.get(path)

    problem = answer.json()
    assert answer.status_code == problem["status"] == status
    assert problem["code"] == code
    assert problem["detail"]
    assert problem["request_id"]
    assert answer.headers["content-type"] == "application/json"
    assert "look-alike-secret" not in answer.text


async def test_problem_json_is_served_to_who_names_it(running):
    async with running(things_app()) as http:
        answer = await http.get(
            "/nowhere", headers={"Accept": "application/problem+json"}
        )

    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_wrong_field_is_named(running):
    async with running(things_app()) as http:
        problem = (await http.get("/things/many")).json()

    assert problem["errors"][0]["field"] == "path.number"
    assert "path.number" in problem["detail"]


async def test_a_wrong_method_says_which_are_right(running):
    async with running(things_app()) as http:
        answer = await http.delete("/things/1")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, PUT"
    assert "GET or PUT, not DELETE" in answer.json()["detail"]


async def test_the_files_of_the_docs_page_are_only_read(running):
    async with running(things_app()) as http:
        answer = await http.post("/things/docs/assets/swagger-ui.css")

    assert "takes GET or HEAD, not POST" in answer.json()["detail"]


async def test_who_asks_beside_the_routes_is_sent_to_a_page_that_there_is(running):
    async with running(things_app()) as http:
        lost = (await http.get("/things")).json()["detail"]
        wrong = (await http.delete("/things/1")).json()["detail"]
        [page] = {word for word in f"{lost} {wrong}".split() if word.startswith("/")}
        answer = await http.get(page)

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")


async def test_who_obeys_the_wait_to_the_second_does_not_come_too_early(running):
    async with running(things_app()) as http:
        answer = await http.get("/things/busy/one")

    assert answer.json()["retry_after_s"] == 2.4
    assert answer.headers["Retry-After"] == "3"
