"""Web pages and Markdown as people write them."""

import pytest

from contracts.errors import Rejected
from tests.knowledge.reading import read, read_apart


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        ("<p>Serrer à <del>20</del> <s>22</s> 25 Nm</p>", ["Serrer à 25 Nm"]),
        ("<p>Vu</p><div hidden>a</div><p style='DISPLAY: none'>b</p>", ["Vu"]),
        ("<select><option>1</option></select><textarea>x</textarea>Vu", ["Vu"]),
        ("<details><summary>Plus</summary>Détail</details>", ["Plus", "Détail"]),
        ("<header>ETM</header><p>Vu</p><footer>Mentions</footer>", ["Vu"]),
        ("<article><header><h1>567</h1></header><p>Vu</p></article>", ["567", "Vu"]),
        ("<dl><dt>567<dd>Isolement<dt>102<dd>Tension</dl>", ["567 : Isolement", "102 : Tension"]),
        ("<dl><dt>567<dd><p>Isolement</p><p>Sécher</p></dl>", ["567", "Isolement", "Sécher"]),
        ("<dl><dt>567</dt><dt>568</dt></dl>", ["567 : 568"]),
        ("<p>Cookies</p><main><p>Vu</p></main><aside>Liens</aside>", ["Vu"]),
        ("<div role=dialog>Cookies</div><p>Vu</p><button>Imprimer</button>", ["Vu"]),
        ("<main>Vu</main><main>Lu</main>", ["Vu", "Lu"]),
        ("<p>Vu</p><main></main>", ["Vu"]),
        ("<p>Le discon&shy;nec&#8203;teur</p>", ["Le disconnecteur"]),
    ],
)  # fmt: skip
async def test_a_page_reads_as_it_is_shown(body, texts, tmp_path):
    page = f"<!doctype html><body>{body}</body>".encode()

    content = await read(tmp_path, page, "a.html")

    assert [block.text for block in content.blocks] == texts


@pytest.mark.parametrize("between", [" ", "/", "='' ", '="b c" '])
async def test_a_tag_of_many_attributes_is_refused_before_it_is_parsed(
    between, tmp_path
):
    names = between.join(f"a{n}" for n in range(2000))

    with pytest.raises(Rejected, match="save it as plain text"):
        await read_apart(tmp_path, f"<p {names}>Vu</p>".encode(), "a.html")


@pytest.mark.parametrize("quote", ["'", '"'])
async def test_a_picture_within_a_page_is_one_attribute(quote, tmp_path):
    picture = "data:image/png;base64," + "iVBO/Rw0 a=" * 5000
    page = f"<p><img src={quote}{picture}{quote}>Vu > 3 < 4 {quote}</p>"

    [block] = (await read(tmp_path, page.encode(), "a.html")).blocks

    assert block.text.startswith("Vu")


async def test_a_table_of_titles_alone_is_not_lost(tmp_path):
    page = b"<!doctype html><table><tr><th>Fusible<th>16 A</table>"

    [row] = (await read(tmp_path, page, "a.html")).blocks

    assert row.cells == ("Fusible", "16 A")


async def test_a_header_of_two_rows_is_one(tmp_path):
    page = b"""<html><table>
        <tr><th colspan=2>Panne<th rowspan=2>Geste</tr><tr><th>Code<th>Texte</tr>
        <tr><td>567<td>Isolement<td>Remplacer</tr></table></html>"""

    row, *others = (await read(tmp_path, page, "a.html")).blocks

    assert not others
    assert row.header == ("Panne Code", "Texte", "Geste")
    assert row.cells == ("567", "Isolement", "Remplacer")


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("Serrer à ~~20~~ 25 Nm", ["Serrer à 25 Nm"]),
        ("Code <b>567</b> : H<sub>2</sub>O<br>Sécher", ["Code 567 : H2O Sécher"]),
        ("E1 : gaz<br/>E2 : eau <BR>", ["E1 : gaz", "E2 : eau"]),
        ("Serrer à <del>20</del> 25 Nm<!-- vu -->", ["Serrer à 25 Nm"]),
        ("Taper <code> puis <p1> ou <a-b>", ["Taper <code> puis <p1> ou <a-b>"]),
        ("<!-- à revoir -->\n\nRégler <valeur> à 5", ["Régler <valeur> à 5"]),
    ],
)
async def test_markdown_reads_as_it_is_shown(text, texts, tmp_path):
    content = await read(tmp_path, text.encode(), "a.md")

    assert [block.text for block in content.blocks] == texts


@pytest.mark.parametrize(
    "table",
    [
        "| Code | Cause |\n|---|---|\n| <b>567</b> | eau<br>sel |",
        "<table><tr><th>Code<th>Cause</tr><tr><td>567<td>eau<br>sel</tr></table>",
    ],
)
async def test_a_table_in_markdown_may_hold_or_be_html(table, tmp_path):
    (row,) = (await read(tmp_path, table.encode(), "a.md")).blocks

    assert (row.header, row.cells) == (("Code", "Cause"), ("567", "eau sel"))
