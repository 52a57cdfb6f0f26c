import pytest

from contracts.errors import (
    NotFound,
    Problem,
    Rejected,
    ServiceError,
    Unavailable,
    error_class,
    error_from,
)


def test_the_other_end_raises_the_same_error_again():
    error = Unavailable(
        "Nextcloud is in maintenance.", code="maintenance", retry_after_s=120
    )

    again = error_from(
        Problem.model_validate_json(error.problem("r-1").model_dump_json())
    )

    assert type(again) is Unavailable
    assert (again.detail, again.code, again.retry_after_s) == (
        error.detail,
        error.code,
        120,
    )
    assert again.retryable


@pytest.mark.parametrize(
    ("status", "kind"),
    [(404, NotFound), (502, Unavailable), (418, Rejected), (599, ServiceError)],
)
def test_every_status_has_a_class(status, kind):
    assert issubclass(error_class(status), kind)


def test_a_problem_has_no_word_that_n8n_would_show_instead_of_the_detail():
    assert (
        not {"error", "message", "cause", "description", "reason"}
        & Problem.model_fields.keys()
    )
