import pytest

from tests.chassis.chassis_app import things_app


@pytest.mark.parametrize(
    "condition",
    [
        {"If-Match": '"a"'},
        {"If-None-Match": "*"},
        {"If-Unmodified-Since": "Fri, 27 Nov 2026 03:00:00 GMT"},
    ],
)
async def test_what_is_written_under_a_condition_is_refused_not_done(
    running, condition
):
    """RFC 9110 §13.1.1: passed over, it would overwrite what the caller wants kept."""
    async with running(things_app()) as http:
        answer = await http.put("/things/1", headers=condition)
        read = await http.get("/things/1", headers=condition)

    [name] = condition
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "no_conditions")
    assert name in problem["detail"]
    assert read.status_code == 200
