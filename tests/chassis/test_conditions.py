import pytest

from tests.chassis.chassis_app import things_app


@pytest.mark.parametrize(
    "condition",
    [
        {"If-Match": '"a"'},
        {"If-None-Match": "*"},
        {"If-Unmodified-Since": "Fri, 27 Nov 2026 03:00:00 GMT"},
        {"Content-Range": "bytes 0-1/5"},
        {"Content-Encoding": "gzip"},
    ],
)
async def test_what_is_written_under_a_condition_or_in_part_is_refused_not_done(
    running, condition
):
    """Passed over, it would overwrite what the caller wants kept, or be taken for the whole (RFC 9110 §13.1.1, §14.5)."""
    async with running(things_app()) as http:
        answer = await http.put("/things/1", headers=condition)
        read = await http.get("/things/1", headers=condition)

        plain = await http.put("/things/1", headers={"Content-Encoding": "Identity"})

    [name] = condition
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "no_conditions")
    assert name in problem["detail"]
    assert read.status_code == 200
    assert plain.status_code == 200
