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
