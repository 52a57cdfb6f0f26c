"""Text in the encodings that French programs write."""

import pytest

from tests.knowledge.reading import read

LIST = """\
Code;Défaut;Geste
F28;Défaut d'allumage;Contrôler l'arrivée de gaz
F29;Sonde coupée;Où est-elle ? À 25 °C
"""
CODES = "F28 : défaut d'allumage, où ?\n\nF29 : sonde coupée à 25 °C.\n"
WRITTEN = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]
WRITTEN += ["cp1252", "cp850", "mac-roman"]


@pytest.mark.parametrize("encoding", WRITTEN)
async def test_a_table_and_a_text_keep_their_accents(encoding, tmp_path):
    table = await read(tmp_path, LIST.encode(encoding), "codes.csv")
    text = await read(tmp_path, CODES.encode(encoding), "codes.txt")

    rows = [";".join(row.cells) for row in table.blocks]
    assert [";".join(table.blocks[0].header), *rows] == LIST.splitlines()
    assert [block.text for block in text.blocks] == CODES.strip().split("\n\n")


@pytest.mark.parametrize("name", ["codes.csv", "codes.txt"])
async def test_lines_that_a_carriage_return_alone_ends_are_lines(name, tmp_path):
    """As an old Mac wrote them."""
    content = await read(
        tmp_path, "Code;Défaut\r\r567;évacué\r".encode("mac-roman"), name
    )

    assert "Défaut" in str(content.blocks[0])
    assert "évacué" in str(content.blocks[-1])


@pytest.mark.parametrize(
    "text", ["FAÇADE", "DÉFAUT", "AOÛT", "COÏNCIDE", "ŒUVRE", "Manuel — A · B"]
)
async def test_capitals_of_windows_are_no_signs_of_a_mac(text, tmp_path):
    [block] = (await read(tmp_path, text.encode("cp1252"), "a.txt")).blocks

    assert block.text == text


async def test_quotes_and_dashes_of_windows_are_no_letters_of_dos(tmp_path):
    text = "Mode « Éco » – jusqu’à 60 °C… puis “Confort”."

    [block] = (await read(tmp_path, text.encode("cp1252"), "a.txt")).blocks

    assert block.text == text


async def test_a_line_in_another_encoding_spoils_no_other(tmp_path):
    mixed = "Sonde cassée.\n".encode() + "Pompe grippée.".encode("cp1252")

    [block] = (await read(tmp_path, mixed, "a.txt")).blocks

    assert block.text == "Sonde cassée. Pompe grippée."


async def test_a_page_in_utf_16_that_nobody_named_is_a_page(tmp_path):
    page = "<!doctype html><title>x</title><p>Vidé</p>".encode("utf-16-le")

    content = await read(tmp_path, page, "")

    assert [block.text for block in content.blocks] == ["Vidé"]
