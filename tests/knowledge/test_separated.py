"""CSV."""

import pytest

from tests.knowledge.reading import read


async def test_a_table_of_codes_in_excels_own_encoding_is_read(tmp_path):
    content = await read(
        tmp_path, "Code;Défaut\nF.10;Sonde coupée\n".encode("cp1252"), "codes.csv"
    )

    assert content.blocks[0].header == ("Code", "Défaut")
    assert content.blocks[0].cells == ("F.10", "Sonde coupée")


@pytest.mark.parametrize(
    "table",
    [
        '567;"isolement faible\n102;tension haute\n',  # a quote that nobody closed
        '567;isolement 1/2" faible\n102;"tension"haute\n',
        f"567;{'isolement faible ' * 10_000}\n102;tension haute\n",
        '567;"isolement\nfaible"\n102;"tension haute"\n',
    ],
)
async def test_a_table_is_read_row_by_row_whatever_its_quotes(table, tmp_path):
    content = await read(tmp_path, f"code;texte\n{table}".encode(), "codes.csv")

    assert [row.cells[0] for row in content.blocks] == ["567", "102"]
    assert "isolement" in content.blocks[0].cells[1]
    assert "tension" in content.blocks[1].cells[1]


@pytest.mark.parametrize(
    "table",
    [
        "sep=;\n{0}",  # Excel's own word about the separator
        "Liste des codes, version 3\n\n{0}",
        "\n\n{0}",
        "Codes d'erreur;Version 3\n{0}",
        "Codes d'erreur;Version 3\n\nÉdité le;12/03/2021\n{0}",
    ],
)
async def test_what_stands_above_a_table_is_not_its_header(table, tmp_path):
    rows = "Code;Texte\n567;isolement\n102;tension\n"

    content = await read(tmp_path, table.format(rows).encode(), "codes.csv")

    found = [row for row in content.blocks if row.kind == "row"]
    assert [row.header for row in found] == [("Code", "Texte")] * 2
    assert [row.cells for row in found] == [("567", "isolement"), ("102", "tension")]


async def test_a_name_of_two_cells_above_a_table_is_narrower_than_it(tmp_path):
    table = "Chaudière;Codes;;\nCode;Libellé;Geste;Note\n567;Isolement;Sécher;\n"

    above, row = (await read(tmp_path, table.encode(), "codes.csv")).blocks

    assert above.text == "Chaudière Codes"
    assert row.header == ("Code", "Libellé", "Geste", "Note")


@pytest.mark.parametrize(
    "row", ["Voyant rouge;allumé;", "Code 567;isolement;", "Message;affiché;rouge"]
)
async def test_a_row_that_begins_as_a_title_does_is_no_header(row, tmp_path):
    table = f"Symptôme;Cause;Geste\n{row}\n567;isolement;sécher\n"

    content = await read(tmp_path, table.encode(), "codes.csv")

    assert {block.header for block in content.blocks} == {
        ("Symptôme", "Cause", "Geste")
    }


@pytest.mark.parametrize(
    "titles", ["Code;Cause 1;Cause 2", "Code;Sens;Niveau 2", "Repère;Câble;Fil (mm2)"]
)
async def test_titles_with_numbers_stay_titles(titles, tmp_path):
    table = f"{titles}\nErreur réseau;coupure;attendre\n567;isolement;sécher\n"

    content = await read(tmp_path, table.encode(), "codes.csv")

    assert {block.header for block in content.blocks} == {tuple(titles.split(";"))}


@pytest.mark.parametrize(
    ("table", "cells"),
    [
        ('"Code, numéro, n°, réf";Texte\n567;"a, b, c, d"', ("567", "a, b, c, d")),
        (
            "Liste\nCode,Texte\n567,isolement; puis terre",
            ("567", "isolement; puis terre"),
        ),
        (
            "Code;Texte;Valeur\n567;a, b, c, d, e;1,5\n102;a, b;2",
            ("567", "a, b, c, d, e", "1,5"),
        ),
        ("Code|Texte\n567|a; b, c", ("567", "a; b, c")),
        ("Code\tTexte\n567\ta; b, c", ("567", "a; b, c")),
    ],
)
async def test_the_separator_is_what_parts_every_line(table, cells, tmp_path):
    content = await read(tmp_path, table.encode(), "codes.csv")

    first = next(row for row in content.blocks if row.kind == "row")
    assert first.cells == cells


async def test_a_list_of_one_column_keeps_each_line(tmp_path):
    content = await read(tmp_path, b"Codes\n567\n102\n", "codes.csv")

    assert [block.text for block in content.blocks] == ["Codes", "567", "102"]


async def test_a_header_that_is_repeated_is_no_row(tmp_path):
    table = b"Code;Texte\n567;isolement\nCode;Texte\n102;tension\n"

    content = await read(tmp_path, table, "codes.csv")

    assert [row.cells[0] for row in content.blocks] == ["567", "102"]


@pytest.mark.parametrize("separator", [";", "\t"])
async def test_a_table_that_calls_itself_a_text_is_one(separator, tmp_path):
    """As Excel's "Texte (séparateur : tabulation)" does."""
    lines = ("Code;Texte;Geste", "567;isolement trop faible;sécher", "102;tension;")
    table = "\n".join(lines).replace(";", separator)

    content = await read(tmp_path, table.encode(), "codes.txt")

    assert content.media_type == "text/plain"
    assert [(row.header[0], row.cells[0]) for row in content.blocks] == [
        ("Code", "567"),
        ("Code", "102"),
    ]


async def test_a_text_of_values_without_titles_is_read_value_by_value(tmp_path):
    values = "Puissance\t10 kW\nTension\t400 V\nPoids\t22 kg\n"

    content = await read(tmp_path, values.encode(), "symo.txt")

    rows = [(block.header, block.cells) for block in content.blocks]
    assert rows[:2] == [((), ("Puissance", "10 kW")), ((), ("Tension", "400 V"))]


async def test_prose_with_semicolons_is_a_text(tmp_path):
    prose = "ouvrir la vanne ;\npurger;\nfermer ; noter ;\nattendre;\n"

    content = await read(tmp_path, prose.encode(), "a.txt")

    assert {block.kind for block in content.blocks} == {"text"}


@pytest.mark.parametrize("mark", ["•", "-", "1.", "a)"])
async def test_a_list_whose_marks_a_tab_parts_is_a_text(mark, tmp_path):
    """As Word saves its lists in a plain text."""
    steps = ["Couper le courant", "Attendre", "Ouvrir le capot"]

    content = await read(
        tmp_path, "".join(f"{mark}\t{s}\n" for s in steps).encode(), "a.txt"
    )

    assert [one.text for one in content.blocks] == [f"{mark} {s}" for s in steps]


async def test_a_table_without_titles_loses_none_of_its_codes(tmp_path):
    content = await read(tmp_path, b"567;isolement\n102;tension\n", "codes.csv")

    assert [row.cells[0] for row in content.blocks] == ["567", "102"]


async def test_titles_may_be_short_for_something_or_years(tmp_path):
    content = await read(tmp_path, "Réf.;2025\n567;isolement\n".encode(), "codes.csv")

    assert content.blocks[0].header == ("Réf.", "2025")
