"""Text and CSV."""

import pytest

from tests.knowledge.reading import read


async def test_a_table_of_codes_in_excels_own_encoding_is_read(tmp_path):
    content = await read(
        tmp_path, "Code;Défaut\nF.10;Sonde coupée\n".encode("cp1252"), "codes.csv"
    )

    assert content.blocks[0].header == ("Code", "Défaut")
    assert content.blocks[0].cells == ("F.10", "Sonde coupée")


async def test_plain_text_has_paragraphs_and_underlined_headings(tmp_path):
    content = await read(
        tmp_path, b"Titre\n=====\nUn\ntexte.\n\n- a\n- b\n", "notes.txt"
    )

    assert [block.text for block in content.blocks] == [
        "Titre",
        "Un texte.",
        "- a",
        "- b",
    ]


LISTED = (
    "Liste des défauts :",
    "L8 : Chauffage anormal, sondes",
    "inversées.",
    "LD : Limites dépassées.",
    "E-05 Fuite de courant : débrancher.",
)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("codes.txt", "\n".join(LISTED).encode()),
        ("codes.md", "\n".join(LISTED).encode()),
        ("codes.html", f"<p>{'<br>'.join(LISTED)}</p>".encode()),
    ],
)
async def test_lines_that_open_with_a_code_are_entries_of_a_list(
    name, content, tmp_path
):
    read_now = await read(tmp_path, content, name)

    assert [block.text for block in read_now.blocks] == [
        "Liste des défauts :",
        "L8 : Chauffage anormal, sondes inversées.",
        "LD : Limites dépassées.",
        "E-05 Fuite de courant : débrancher.",
    ]


async def test_prose_wrapped_in_front_of_a_number_stays_one_text(tmp_path):
    content = await read(
        tmp_path,
        b"Laisser au-dessus\n500 mm de place\net rien d'autre.",
        "a.txt",
    )

    assert [block.text for block in content.blocks] == [
        "Laisser au-dessus 500 mm de place et rien d'autre."
    ]


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


async def test_a_heading_may_stand_in_capitals_or_be_numbered_as_a_part(tmp_path):
    text = "MISE EN SERVICE\nFermer le capot.\n\n5.2 Mode de travail\nVente d'abord."
    blocks = (await read(tmp_path, text.encode(), "a.txt")).blocks

    assert [(block.kind, block.level) for block in blocks] == [
        ("heading", 2),
        ("text", 0),
        ("heading", 3),
        ("text", 0),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "NE JAMAIS OUVRIR.",
        "2.1 Couper le courant.",
        "PV : voir plus bas",
        "LED",
        "2.1 Pas de montée en toiture si : givre, neige",
    ],
)
async def test_a_sentence_or_an_abbreviation_is_no_heading(line, tmp_path):
    blocks = (await read(tmp_path, f"{line}\nAttendre.".encode(), "a.txt")).blocks

    assert {block.kind for block in blocks} == {"text"}


@pytest.mark.parametrize("line_end", [" ", "\n"])
async def test_a_large_file_without_a_blank_line_is_read_in_time(line_end, tmp_path):
    """A log of 20 MB; joining its lines one by one would take minutes."""
    log = "".join(f"le relevé numéro {n} est bon{line_end}" for n in range(700_000))

    content = await read(tmp_path, log.encode(), "log.txt")

    assert len(content.blocks) > 100
    assert content.blocks[-1].text.endswith("numéro 699999 est bon")


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
    ],
)
async def test_what_stands_above_a_table_is_not_its_header(table, tmp_path):
    rows = "Code;Texte\n567;isolement\n102;tension\n"

    content = await read(tmp_path, table.format(rows).encode(), "codes.csv")

    found = [row for row in content.blocks if row.kind == "row"]
    assert [row.header for row in found] == [("Code", "Texte")] * 2
    assert [row.cells for row in found] == [("567", "isolement"), ("102", "tension")]


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

    assert [(row.header, row.cells) for row in content.blocks] == [
        (("Codes",), ("567",)),
        (("Codes",), ("102",)),
    ]


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


@pytest.mark.parametrize("note", ["POMPE BLOQUEE", "POMPE BLOQUEE\n\nREMPLACEE"])
async def test_a_note_in_capitals_alone_is_text(note, tmp_path):
    content = await read(tmp_path, note.encode(), "note.txt")

    assert {block.kind for block in content.blocks} == {"text"}


async def test_a_note_in_capitals_amid_a_file_is_text(tmp_path):
    note = "CARNET\n\nCHAUFFERIE\nSonde faite.\n\nPOMPE BLOQUEE\n\nTOITURE\nRail posé."
    content = await read(tmp_path, note.encode(), "note.txt")

    assert [(one.kind, one.text) for one in content.blocks] == [
        ("heading", "CARNET"),
        ("heading", "CHAUFFERIE"),
        ("text", "Sonde faite."),
        ("text", "POMPE BLOQUEE"),
        ("heading", "TOITURE"),
        ("text", "Rail posé."),
    ]


@pytest.mark.parametrize("name", ["codes.csv", "codes.txt"])
async def test_what_an_old_mac_wrote_is_read(name, tmp_path):
    """Its lines end with a carriage return alone, its accents are its own."""
    content = await read(
        tmp_path, "Code;Défaut\r\r567;évacué\r".encode("mac-roman"), name
    )

    assert "567" in str(content.blocks[-1])
    assert "évacué" in str(content.blocks[-1])
    assert "Défaut" in str(content.blocks[0])


async def test_control_characters_are_left_out(tmp_path):
    """No page shows them, and PostgreSQL, where the bot keeps its answers, takes no NUL."""
    content = await read(
        tmp_path,
        b"Code;Texte\n" + b"a;b\n" * 2000 + b"56\x007;iso\x1ble\x7fment\n",
        "x.csv",
    )

    assert content.blocks[-1].cells == ("567", "isolement")


RULED = b"# Onduleur\n\n| Code | Cause |\n|---|:--:|\n| 102 | Tension du r\xc3\xa9seau |\r\n"


@pytest.mark.parametrize(
    ("name", "kind"),
    [("", "text/markdown"), ("codes.txt", "text/plain"), ("codes.md", "text/markdown")],
)
async def test_a_table_in_markdown_that_nobody_named_is_read(name, kind, tmp_path):
    content = await read(tmp_path, RULED, name)

    assert content.media_type == kind
    if kind == "text/markdown":
        assert content.blocks[-1].header == ("Code", "Cause")


async def test_lines_of_dashes_and_bars_make_no_markdown(tmp_path):
    odd = b"a | b\n--- + ---\n| x | - |\n|  |\n---\n| vue de face |---- 3 m ----|\n"
    content = await read(tmp_path, odd, "")

    assert content.media_type == "text/plain"
