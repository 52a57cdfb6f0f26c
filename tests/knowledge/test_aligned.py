"""Tables in plain text, whose columns blanks hold in line."""

import pytest

from tests.knowledge.reading import read

FAULTS = """\
7. DÉPANNAGE
------------
Symptôme                Cause              Remède
Buzzer continu          tension inversée   permuter D+ et D-
SOC saute de 40 à 100   étalonnage perdu   charge complète
                                           puis repos 2 h
Temp. de -10 à +50 °C ? normal             rien
Voir aussi le chapitre 9.
"""


async def test_columns_that_blanks_hold_in_line_are_a_table(tmp_path):
    heading, *rows, text = (await read(tmp_path, FAULTS.encode(), "a.txt")).blocks

    assert heading.text == "7. DÉPANNAGE"
    assert {row.header for row in rows} == {("Symptôme", "Cause", "Remède")}
    assert [row.cells for row in rows] == [
        ("Buzzer continu", "tension inversée", "permuter D+ et D-"),
        ("SOC saute de 40 à 100", "étalonnage perdu", "charge complète puis repos 2 h"),
        ("Temp. de -10 à +50 °C ?", "normal", "rien"),
    ]
    assert text.text == "Voir aussi le chapitre 9."


@pytest.mark.parametrize(
    ("table", "header"),
    [
        ("Fixe       prêt\nÉteinte    pas de courant\nRouge      erreur", ()),
        ("Modèle  Couple\nTH20    60 Nm\nTH30    70 Nm", ("Modèle", "Couple")),
        (
            "        US2    US3\nPoids   22 kg  32 kg\nPente   3 %    4 %",
            ("", "US2", "US3"),
        ),
        ("Vis     Pas\n------  ---\nlongue  fin\ncourte  gros", ("Vis", "Pas")),
    ],
)
async def test_the_first_line_of_a_table_is_its_header_where_it_names_columns(
    table, header, tmp_path
):
    rows = (await read(tmp_path, table.encode(), "a.txt")).blocks

    assert {row.kind for row in rows} == {"row"}
    assert rows[0].header == header


WEIGHTS = """\
Article           Poids   Prix
Rail court            7      9
Rail long            12    100
Crochet             120   1200
"""


async def test_numbers_that_end_in_line_are_columns(tmp_path):
    rows = (await read(tmp_path, WEIGHTS.encode(), "a.txt")).blocks

    assert {row.header for row in rows} == {("Article", "Poids", "Prix")}
    assert [row.cells for row in rows] == [
        ("Rail court", "7", "9"),
        ("Rail long", "12", "100"),
        ("Crochet", "120", "1200"),
    ]


async def test_justified_prose_is_no_table(tmp_path):
    prose = "Couper le courant   avant\nd'ouvrir  le capot,  puis\nattendre  dix  minutes au\nmoins, et noter  l'heure.\n"
    blocks = (await read(tmp_path, prose.encode(), "a.txt")).blocks

    assert {block.kind for block in blocks} == {"text"}


@pytest.mark.parametrize(
    "text",
    [
        "Couper le courant.  Ouvrir le capot.\nAttendre.  Mesurer la tension.\nRefermer.  Noter.",
        "Poids    22 kg\nLargeur  40 cm",
        "- ouvrir\n- fermer   doucement\n- noter",
    ],
)
async def test_prose_with_wide_blanks_is_no_table(text, tmp_path):
    blocks = (await read(tmp_path, text.encode(), "a.txt")).blocks

    assert {block.kind for block in blocks} == {"text"}


@pytest.mark.parametrize("line", ["--  --", f"{'a  ' * 5000}b"])
async def test_lines_that_are_no_rows_of_a_table_do_no_harm(line, tmp_path):
    content = await read(tmp_path, f"{line}\n{line}\n{line}\nfin.".encode(), "a.txt")

    assert content.blocks[-1].text == "fin."
    assert all(len(block.cells) <= 64 for block in content.blocks)


async def test_rules_between_the_rows_of_a_table_make_no_headings(tmp_path):
    rule = "---------------------------------\n"
    table = rule.join(
        (
            "Code   Cause              Remede\n",
            "E1     Sonde coupee       Remplacer\n",
            "E2     Debit faible       Purger\n",
            "",
        )
    )
    content = await read(tmp_path, table.encode(), "codes.txt")

    assert [(row.header, row.cells) for row in content.blocks] == [
        (("Code", "Cause", "Remede"), ("E1", "Sonde coupee", "Remplacer")),
        (("Code", "Cause", "Remede"), ("E2", "Debit faible", "Purger")),
    ]


async def test_a_numbered_heading_above_a_table_stays_one(tmp_path):
    content = await read(
        tmp_path,
        b"2   Codes\n=========\nE1  Sonde\nE2  Debit\nE3  Pression\n",
        "codes.txt",
    )

    assert [block.kind for block in content.blocks] == ["heading", "row", "row", "row"]
