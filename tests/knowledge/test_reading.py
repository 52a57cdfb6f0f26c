"""What is read of each format, by the process that reads."""

from collections.abc import Callable
from functools import partial

import pytest

from tests.knowledge import papers
from tests.knowledge.reading import MANUAL, read_apart

FORMATS: dict[str, Callable[[str], bytes]] = {
    "manual.pdf": partial(papers.pdf, layout="ruled"),
    "aligned.pdf": partial(papers.pdf, layout="aligned"),
    "manual.docx": papers.docx,
    "manual.odt": papers.odt,
    "manual.html": papers.html,
    "manual.md": str.encode,
}


@pytest.mark.parametrize("name", FORMATS)
async def test_headings_texts_and_rows_with_their_header_are_read_alike(name, tmp_path):
    content = await read_apart(tmp_path, FORMATS[name](MANUAL), name)

    headings = [block.text for block in content.blocks if block.kind == "heading"]
    rows = [block for block in content.blocks if block.kind == "row"]
    assert headings == ["Dépannage", "Codes", "Entretien"]
    assert [row.cells[0] for row in rows] == ["567", "102", "103"]
    assert rows[0].header == ("Code", "Description", "Remède")
    assert rows[0].cells[2] == "Contrôler chaque connecteur du toit, puis les câbles"
    assert any("Nettoyer le ventilateur" in block.text for block in content.blocks)


async def test_menus_and_scripts_of_a_page_are_left_out(tmp_path):
    page = b"<html><nav>Menu</nav><script>x()</script><div>Corps <b>gras</b><p>Fin</p></div></html>"

    content = await read_apart(tmp_path, page, "page.html")

    assert [block.text for block in content.blocks] == ["Corps gras", "Fin"]
