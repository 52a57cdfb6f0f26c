"""A PDF of many pages through a service that is killed while it is read and while it is indexed."""

import pytest

from tests.knowledge.large_pdf import Run
from tests.knowledge.tiny_model import write_tiny_model

pytestmark = pytest.mark.slow

PAGES = 400


async def test_a_large_pdf_goes_on_after_kills_and_says_how_far_it_is(tmp_path):
    model = write_tiny_model(tmp_path / "model")

    seen = await Run(tmp_path, PAGES, model).through()

    starts = [place for place, done in enumerate(seen.got) if not done]
    assert seen.last_page_found
    assert seen.got[-1] == PAGES == seen.told[-1]
    assert len({*seen.got}) > len(starts)
    assert seen.got[starts[-1] + 1] >= PAGES // 2  # what was read is not read again
