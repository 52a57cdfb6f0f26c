"""PDFs that are encrypted: most of a maker's notices open without a password, and some do not."""

from fpdf import FPDF
from fpdf.enums import AccessPermission

from tests.knowledge.reading import read_apart
from tests.knowledge.service import FRONIUS, knowledge, put, search


def locked(user_password: str) -> bytes:
    paper = FPDF()
    paper.set_encryption(
        owner_password="owner",
        user_password=user_password,
        permissions=AccessPermission.none(),
    )
    paper.add_page()
    paper.set_font("Helvetica", size=12)
    paper.multi_cell(0, text="State 567 : isolement trop faible du champ.")
    return bytes(paper.output())


async def test_a_pdf_that_only_its_owner_may_change_is_read(tmp_path):
    content = await read_apart(tmp_path, locked(""), "notice.pdf")

    assert "isolement trop faible" in " ".join(b.text for b in content.blocks)


async def test_a_pdf_with_a_password_is_refused_in_words(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "symo", FRONIUS)
        refused = await http.put(
            "/knowledge/documents/locked?wait=60&name=notice.pdf",
            content=locked("secret"),
        )
        found = await search(http, "erreur 567")
        again = await http.put(
            "/knowledge/documents/locked?wait=60&name=notice.pdf", content=locked("")
        )

    assert refused.status_code == 422
    assert "password" in refused.json()["detail"]
    assert found["passages"][0]["document_id"] == "symo"
    assert again.status_code == 200
