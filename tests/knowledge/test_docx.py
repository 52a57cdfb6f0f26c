"""Word documents: what is to be read of them, and what was taken back."""

import pytest

from tests.knowledge.papers import docx_of
from tests.knowledge.reading import read

_MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
_M = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


def run(text: str, marks: str = "") -> str:
    return f"<w:r><w:rPr>{marks}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r>"


def text_box(text: str) -> str:
    """As Word writes one: anew for older programs."""
    held = f"<w:txbxContent><w:p>{run(text)}</w:p></w:txbxContent>"
    return f"<w:r><mc:AlternateContent {_MC}><mc:Choice>{held}</mc:Choice><mc:Fallback>{held}</mc:Fallback></mc:AlternateContent></w:r>"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (run("Serrer à ") + f"<w:del>{run('20')}</w:del><w:ins>{run('25')}</w:ins>", "Serrer à 25"),
        (run("Purger.") + f"<w:moveFrom>{run('Vider.')}</w:moveFrom>", "Purger."),
        (run("Serrer à ") + run("20", "<w:strike/>") + run(" 25 Nm"), "Serrer à 25 Nm"),
        (run("20 Nm", '<w:strike w:val="0"/>'), "20 Nm"),
        ("<w:r><w:t>E</w:t><w:noBreakHyphen/><w:t>101</w:t></w:r>", "E-101"),
        (run("discon\u00adnecteur"), "disconnecteur"),
        (run("Avant") + text_box("Danger") + run("après"), "Avant Danger après"),
        (run("Soit ") + f"<m:oMath {_M}><m:r><m:t>U=RI</m:t></m:r></m:oMath>", "Soit U=RI"),
        (run("Serrer") + '<w:r><w:footnoteReference w:id="2"/></w:r>' + run("puis fermer."), "Serrer (à froid) puis fermer."),
    ],
)  # fmt: skip
async def test_a_paragraph_reads_as_word_shows_it(body, text, tmp_path):
    notes = f'<w:footnote w:id="2"><w:p>{run("à froid")}</w:p></w:footnote>'

    content = await read(tmp_path, docx_of(f"<w:p>{body}</w:p>", notes), "a.docx")

    assert [block.text for block in content.blocks] == [text]


async def test_codes_on_lines_of_one_paragraph_are_entries(tmp_path):
    lines = "<w:br/>".join(f"<w:t>E{n} : sonde {n} coupée</w:t>" for n in (1, 2))

    content = await read(tmp_path, docx_of(f"<w:p><w:r>{lines}</w:r></w:p>"), "a.docx")

    assert [block.text for block in content.blocks] == [
        "E1 : sonde 1 coupée",
        "E2 : sonde 2 coupée",
    ]


async def test_a_paragraph_may_say_itself_that_it_is_a_heading(tmp_path):
    mark = '<w:pPr><w:outlineLvl w:val="1"/></w:pPr>'

    content = await read(
        tmp_path, docx_of(f"<w:p>{mark}{run('Codes')}</w:p>"), "a.docx"
    )

    assert [(one.kind, one.level) for one in content.blocks] == [("heading", 2)]


async def test_a_table_of_contents_is_left_out(tmp_path):
    line = f'<w:p><w:pPr><w:pStyle w:val="TM1"/></w:pPr>{run("1 Codes 12")}</w:p>'

    content = await read(tmp_path, docx_of(line + f"<w:p>{run('Lu.')}</w:p>"), "a.docx")

    assert [block.text for block in content.blocks] == ["Lu."]
