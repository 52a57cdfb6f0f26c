"""What a document says of itself, in a genuine PostgreSQL."""

import re

import pytest
from fpdf import FPDF

from tests.knowledge.service import knowledge
from tests.postgres.cluster import Cluster

pytestmark = [pytest.mark.postgres, pytest.mark.asyncio(loop_scope="package")]


async def test_a_pdf_with_a_nul_in_its_title_is_indexed(tmp_path, cluster: Cluster):
    paper = FPDF()
    paper.set_title("TITLE")
    paper.add_page()
    paper.set_font("Helvetica", size=12)
    paper.cell(0, 5, "State 567 : isolement trop faible.")
    made = re.sub(
        rb"/Title \(TITLE\)", b"/Title <FEFF00530000006D>", bytes(paper.output())
    )
    url = await cluster.make_database("titles")

    async with knowledge(tmp_path, database_url=url) as http:
        sent = await http.put("/knowledge/documents/x?wait=60", content=made)

    assert (sent.status_code, sent.json().get("title")) == (200, "Sm")
