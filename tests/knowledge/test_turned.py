"""Pages that are turned by a quarter: wide tables in files of upright pages."""

import io

import pypdfium2  # type: ignore[import-untyped]  # it has no types
import pytest

from tests.knowledge import papers
from tests.knowledge.reading import MANUAL, read


def turned(upright: bytes, degrees: int) -> bytes:
    """The same to look at, in a space that is turned."""
    pdf = pypdfium2.PdfDocument(upright)
    for page in pdf:
        width, height = page.get_size()
        matrix = {
            90: pypdfium2.PdfMatrix(0, 1, -1, 0, height, 0),
            180: pypdfium2.PdfMatrix(-1, 0, 0, -1, width, height),
            270: pypdfium2.PdfMatrix(0, -1, 1, 0, 0, width),
        }[degrees]
        for drawn in list(page.get_objects(max_depth=1)):
            drawn.transform(matrix)
        if degrees != 180:
            page.set_mediabox(0, 0, height, width)
        page.set_rotation(degrees)
        page.gen_content()
    made = io.BytesIO()
    pdf.save(made)
    return made.getvalue()


@pytest.mark.parametrize("layout", ["ruled", "aligned"])
@pytest.mark.parametrize("degrees", [90, 180, 270])
async def test_a_turned_page_is_read_as_it_is_looked_at(degrees, layout, tmp_path):
    upright = papers.pdf(MANUAL * 12, layout=layout, running="Fronius Symo")
    expected = await read(tmp_path, upright, "upright.pdf")

    content = await read(tmp_path, turned(upright, degrees), "turned.pdf")

    assert content.pages == expected.pages > 1
    assert content.blocks == expected.blocks
