"""Tables that blanks alone hold in line, in plain text and on a page without strokes."""

import re
from collections.abc import Callable

import pytest

from tests.knowledge import papers
from tests.knowledge.layouts import LAYOUTS, MISSING, table_of
from tests.knowledge.reading import read

SIGN_MM = 2.2


def paper(layout: str, *bold: int) -> bytes:
    """Set as a workbook is printed: words begin where they do in *layout*, numbers end where they do."""
    made = papers.page()
    for number, line in enumerate(layout.splitlines()):
        made.set_font("Helvetica", "B" if number in bold else "", 10)
        for cell in re.finditer(r"\S+(?: \S+)*", line):
            left = 20 + SIGN_MM * cell.start()
            if cell[0][0] in "-0123456789":
                left = 20 + SIGN_MM * cell.end() - made.get_string_width(cell[0])
            made.text(left, 30 + 5 * number, cell[0])
    return bytes(made.output())


def printed(layout: str) -> bytes:
    """As an editor prints a file: line by line, its blanks among the letters."""
    made = papers.page()
    made.set_font("Courier", size=9)
    for number, line in enumerate(layout.splitlines()):
        made.text(20, 30 + 4 * number, line)
    return bytes(made.output())


WRITTEN: dict[str, Callable[[str], bytes]] = {
    "a.txt": str.encode,
    "a.pdf": paper,
    "printed.pdf": printed,
}
TWO = """\
Code         Libellé       Remède
E01          Surchauffe    Purger
E02          Blocage       Nettoyer
E03          Sonde         Remplacer

Modèle       Puissance     Masse      Prix
SB 3.0            3,0       9,5        12
SB 5.0            5,0      17,5        13
SB 10            10,0     100,0       100
"""
CODES = """\
LISTE DES DEFAUTS

Code   Libellé                        Remède
-----  -----------------------------  ------------------------------
E01    Défaut d'allumage              Vérifier l'arrivée de gaz
E02    Surchauffe                     Purger le circuit, contrôler
                                      la pompe
F1.10  Ventilateur  bloqué            Nettoyer

Attendre cinq minutes.  Porter des gants isolants.  Ne jamais
travailler seul.  En cas de doute, appeler le service technique.
"""


@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.parametrize("layout", LAYOUTS)
async def test_a_title_stays_with_its_numbers(layout, name, tmp_path):
    header, others = table_of(LAYOUTS[layout])

    rows = (await read(tmp_path, WRITTEN[name](LAYOUTS[layout]), name)).blocks

    assert {row.header for row in rows} == {header}
    assert [row.cells for row in rows] == others


@pytest.mark.parametrize("name", WRITTEN)
async def test_a_number_that_is_missing_leaves_its_column_empty(name, tmp_path):
    rows = (await read(tmp_path, WRITTEN[name](MISSING), name)).blocks

    assert {row.header for row in rows} == {("Modèle", "Puissance", "Masse")}
    assert [row.cells[1:] for row in rows] == [
        ("3,0", "9,5"),
        ("5,0", ""),
        ("", "17,5"),
        ("10,0", "100,0"),
    ]


@pytest.mark.parametrize("name", ["a.txt", "printed.pdf"])
async def test_a_list_that_an_editor_printed_reads_as_its_file_does(name, tmp_path):
    title, *rows, text = (await read(tmp_path, WRITTEN[name](CODES), name)).blocks

    assert title.text == "LISTE DES DEFAUTS"
    assert {row.header for row in rows} == {("Code", "Libellé", "Remède")}
    assert [row.cells for row in rows] == [
        ("E01", "Défaut d'allumage", "Vérifier l'arrivée de gaz"),
        ("E02", "Surchauffe", "Purger le circuit, contrôler la pompe"),
        ("F1.10", "Ventilateur bloqué", "Nettoyer"),
    ]
    assert text.text.startswith("Attendre cinq minutes.")
    assert text.text.endswith("le service technique.")


@pytest.mark.parametrize("name", WRITTEN)
async def test_two_tables_with_a_blank_line_between_are_two(name, tmp_path):
    rows = (await read(tmp_path, WRITTEN[name](TWO), name)).blocks

    first, second = (
        ("Code", "Libellé", "Remède"),
        ("Modèle", "Puissance", "Masse", "Prix"),
    )
    assert [row.header for row in rows] == [first] * 3 + [second] * 3


async def test_bold_titles_below_a_blank_line_begin_a_table(tmp_path):
    upper = LAYOUTS["title begins and ends elsewhere"]
    lower = upper.replace("Modèle", "Câble ")
    content = paper(f"{upper}\n{lower}", 0, 5)

    rows = (await read(tmp_path, content, "a.pdf")).blocks

    assert [row.header[0] for row in rows] == ["Modèle"] * 3 + ["Câble"] * 3


@pytest.mark.parametrize(
    "last",
    [
        "Total            18,0     127,0",
        "TOTAL HT         EUR 18   EUR 127",
        "Sous-total       -        127,0",
        "Somme            voir     page 3",
    ],
)
async def test_a_bold_total_below_a_blank_line_is_the_tables_last_row(last, tmp_path):
    """It began a table of its own, as titles do."""
    upper = LAYOUTS["title begins and ends elsewhere"]
    content = paper(f"{upper}\n{last}", 0, 5)

    rows = (await read(tmp_path, content, "a.pdf")).blocks

    assert [row.header[0] for row in rows] == ["Modèle"] * 4
    assert rows[-1].cells == tuple(re.split(r"  +", last))


async def test_prose_that_blanks_justify_is_no_table(tmp_path):
    prose = """\
Avant toute intervention  couper  le  courant au disjoncteur  général et
attendre  cinq  minutes  que les  condensateurs  soient  déchargés  puis
vérifier l'absence de tension à l'aide d'un appareil adapté et consigner
l'installation selon  la  procédure  en  vigueur  sur  le site  avec  un
cadenas et une  étiquette  rouge,  puis remettre les bornes à  la  terre
"""

    [text] = (await read(tmp_path, printed(prose), "a.pdf")).blocks

    assert text.text == " ".join(prose.split())
