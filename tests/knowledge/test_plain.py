"""Plain text and Markdown: paragraphs, headings and lists."""

import pytest

from tests.knowledge.reading import read


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


@pytest.mark.slow
@pytest.mark.parametrize("line_end", [" ", "\n"])
async def test_a_large_file_without_a_blank_line_is_read_in_time(line_end, tmp_path):
    """A log of 20 MB; joining its lines one by one would take minutes."""
    log = "".join(f"le relevé numéro {n} est bon{line_end}" for n in range(700_000))

    content = await read(tmp_path, log.encode(), "log.txt")

    assert len(content.blocks) > 100
    assert content.blocks[-1].text.endswith("numéro 699999 est bon")


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


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ("Contrôler le discon-\nnecteur.", "Contrôler le disconnecteur."),
        ("Le code E-\n101 revient.", "Le code E-101 revient."),
        ("Travail sous-\ntension interdit.", "Travail sous-tension interdit."),
        ("Plage de 10 -\n20 A.", "Plage de 10 - 20 A."),
    ],
)
async def test_a_word_parted_at_the_end_of_a_line_is_whole(lines, text, tmp_path):
    content = await read(tmp_path, lines.encode(), "a.txt")

    assert [block.text for block in content.blocks] == [text]
