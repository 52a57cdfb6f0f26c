"""Running heads and page numbers are left out, and nothing else with them."""

import pytest
from fpdf import FPDF

from tests.knowledge import papers
from tests.knowledge.reading import read


async def test_running_heads_and_page_numbers_are_dropped_and_pages_kept(tmp_path):
    long = "\n".join(f"# Chapitre {n}\n{'Texte du chapitre. ' * 150}" for n in range(6))

    content = await read(tmp_path, papers.pdf(long, running="Manuel XY-42"), "x.pdf")

    text = " ".join(block.text for block in content.blocks)
    assert content.pages > 3
    assert "Manuel XY-42" not in text
    assert "Page 2" not in text
    assert {block.page for block in content.blocks} == set(range(1, content.pages + 1))


async def test_a_code_that_heads_each_page_is_no_running_head(tmp_path):
    """One fault a page, in the size of the text, where other notices have their running head."""
    content = await read(
        tmp_path, sheets("Fronius Symo", "Erreur {}", "42,0426,0175,FR  {}/6"), "x.pdf"
    )

    texts = [block.text for block in content.blocks]
    assert [text for text in texts if text.startswith("Erreur")] == [
        f"Erreur {100 + page}" for page in range(1, 7)
    ]
    assert not any("Fronius" in text or "42,0426" in text for text in texts)


@pytest.mark.parametrize("foot", ["{}", "- {} -", "Page {} sur 6", "3-{}", "FR {}"])
async def test_page_numbers_of_all_kinds_are_dropped(foot, tmp_path):
    content = await read(tmp_path, sheets("Notice", "Erreur {}", foot), "x.pdf")

    assert len(content.blocks) == 12, content.blocks


def sheets(head: str, first: str, foot: str) -> bytes:
    """Six pages, each with its own first line."""
    paper = FPDF()
    paper.set_auto_page_break(False)
    for page in range(1, 7):
        paper.add_page()
        paper.set_font("Helvetica", size=10)
        paper.cell(0, 5, head, new_x="LMARGIN", new_y="NEXT")
        paper.ln(4)
        paper.cell(0, 5, first.format(100 + page), new_x="LMARGIN", new_y="NEXT")
        paper.set_y(60)
        paper.cell(0, 5, f"Relais {page} en cause.", new_x="LMARGIN", new_y="NEXT")
        paper.set_y(-12)
        paper.cell(0, 5, foot.format(page))
    return bytes(paper.output())
