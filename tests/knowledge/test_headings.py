"""Which lines of a PDF are headings, and where each stands."""

from collections.abc import Iterable

from knowledge.documents.contents import Content
from tests.knowledge import papers
from tests.knowledge.reading import read

BODY = "Ce document s'adresse à des électriciens qui connaissent les dangers du courant continu."


def printed(lines: Iterable[tuple[str, float, bool]], width: float = 0) -> bytes:
    """Lines of text, each with its size and whether it is bold."""
    paper = papers.page("pt")
    for text, size, bold in lines:
        paper.set_font("Helvetica", "B" if bold else "", size)
        paper.multi_cell(width, 1.2 * size, text, new_x="LMARGIN", new_y="NEXT")
        paper.ln(size)
    return bytes(paper.output())


def headings(content: Content) -> list[tuple[str, int]]:
    return [(b.text, b.level) for b in content.blocks if b.kind == "heading"]


async def test_bold_chapters_with_a_number_are_headings_and_steps_are_none(tmp_path):
    lines = [
        ("1. Sécurité", 10, True),
        (BODY, 10, False),
        ("1.1 Pose", 10, True),
        ("1. Couper le disjoncteur", 10, True),
        ("2. Attendre cinq minutes", 10, True),
        (BODY, 10, False),
        ("2. Mise en service", 10, True),
        ("1. Enclencher le disjoncteur.", 10, False),
        (BODY, 10, False),
    ]

    content = await read(tmp_path, printed(lines), "notice.pdf")

    assert headings(content) == [
        ("1. Sécurité", 1),
        ("1.1 Pose", 2),
        ("2. Mise en service", 1),
    ]


async def test_a_heading_of_two_lines_is_one(tmp_path):
    lines = [
        ("Configuration de la borne par l'application Charge Pro", 14, True),
        (BODY, 10, False),
        ("Badges", 14, True),
        ("Voyants de la borne", 14, True),
        (BODY, 10, False),
    ]

    content = await read(tmp_path, printed(lines, width=260), "notice.pdf")

    assert [text for text, _ in headings(content)] == [
        "Configuration de la borne par l'application Charge Pro",
        "Badges",
        "Voyants de la borne",
    ]


async def test_headings_of_one_size_stand_on_one_level(tmp_path):
    lines = [
        ("Borne Exemple 22", 18, True),
        ("Pose", 15.0, True),
        (BODY, 10, False),
        ("Commutateur", 12, True),
        (BODY, 10, False),
        ("Voyants", 15.1, True),
        (BODY, 10, False),
        ("À savoir", 10, True),
        (BODY, 10, False),
    ]

    content = await read(tmp_path, printed(lines), "notice.pdf")

    assert [level for _, level in headings(content)] == [1, 2, 3, 2, 4]


async def test_the_last_row_of_a_table_alone_on_its_page_keeps_its_header(tmp_path):
    paper = papers.page("pt")
    with paper.table(line_height=14, repeat_headings=0) as table:
        table.row(("Numéro", "Défaut", "Remède"))
        for number in range(int(paper.eph // 14)):  # one more than has room below it
            table.row((str(201 + number), "contacteur collé", "remplacer la borne"))

    content = await read(tmp_path, bytes(paper.output()), "codes.pdf")

    last = [block for block in content.blocks if block.page == 2]
    assert [block.header for block in last] == [("Numéro", "Défaut", "Remède")]
