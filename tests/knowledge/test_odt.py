"""OpenDocument texts: what is to be read of them, and what is not."""

import pytest

from contracts.errors import Rejected
from tests.knowledge.papers import odt_of
from tests.knowledge.reading import read, read_apart

NOTE = "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>à froid</text:p></text:note-body></text:note>"
REMARK = "<office:annotation><text:p>à revoir</text:p></office:annotation>"
BOX = '<d:frame xmlns:d="urn:d"><d:text-box><text:p>Danger</text:p></d:text-box></d:frame>'


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        (f"Serrer{NOTE}, fermer.", ["Serrer (à froid) , fermer."]),
        (f"Serrer{REMARK} et fermer.", ["Serrer et fermer."]),
        (f"Avant{BOX}après", ["Avant Danger après"]),
        ("Serrer\nbien", ["Serrer bien"]),
        ("E1 : vide<text:line-break/>E2 : plein", ["E1 : vide", "E2 : plein"]),
    ],
)
async def test_a_paragraph_reads_as_it_is_shown(body, texts, tmp_path):
    content = await read(tmp_path, odt_of(f"<text:p>{body}</text:p>"), "a.odt")

    assert [block.text for block in content.blocks] == texts


async def test_what_was_deleted_is_not_read(tmp_path):
    gone = "<text:changed-region><text:deletion><text:p>20 Nm</text:p></text:deletion></text:changed-region>"
    body = f"<text:tracked-changes>{gone}</text:tracked-changes><text:p>25 Nm</text:p>"

    content = await read(tmp_path, odt_of(body), "a.odt")

    assert [block.text for block in content.blocks] == ["25 Nm"]


async def test_a_heading_may_say_no_level(tmp_path):
    body = '<text:h text:outline-level="">Codes</text:h>'

    content = await read(tmp_path, odt_of(body), "a.odt")

    assert [(one.kind, one.level) for one in content.blocks] == [("heading", 1)]


async def test_an_archive_of_a_later_version_is_refused(tmp_path):
    """`zipfile` has an error of its own for each way to be damaged."""
    whole = odt_of("<text:p>25 Nm</text:p>")
    listed = whole.index(b"PK\x01\x02")
    damaged = whole[: listed + 6] + b"\xff" + whole[listed + 7 :]

    with pytest.raises(Rejected, match="ODT, XLSX or ZIP is damaged; save it anew"):
        await read_apart(tmp_path, damaged, "a.odt")


async def test_a_table_of_contents_is_left_out(tmp_path):
    line = "<text:p>1 Codes 12</text:p>"
    body = f"<text:table-of-content>{line}</text:table-of-content><text:p>Lu.</text:p>"

    content = await read(tmp_path, odt_of(body), "a.odt")

    assert [block.text for block in content.blocks] == ["Lu."]
