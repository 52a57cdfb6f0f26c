"""Names and hrefs: whatever a name holds, it is stored safely and comes back."""

import base64
from pathlib import PurePosixPath
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import Rejected
from contracts.names import safe_name
from storage.paths import decoded, depth_of, quoted, read_path, written_path
from tests.peers.nextcloud.node import quoted as nextcloud_quotes
from tests.storage.nextclouds import Nextcloud

NASTY = (
    *"#?%&+ ;=@,!'()[]{}~^`$€é",
    "100%25",
    "%2F",
    "%2e%2e",
    "..hidden",
    ".hidden",
    "a..b",
    "...",
    "a.",
    "a ",
    " a",
    "con",
    "CON.txt",
    "nul.tar.gz",
    "lpt9",
    "a.part",
    "b.FILEPART",
    ".htaccess",
    'a:b*c?d"e<f>g|h\\i/j',
    "tab\there",
    "new\nline",
    "bell\x07",
    "nul\0byte",
    "é" * 150,
    "👷‍♂️" * 40,
    "x" * 300 + ".jpg",
    "e\u0301te\u0301",
    "\u202egnp.exe",
    "zero\u200bwidth",
    "نص عربي",
    "日本語の写真.heic",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
    "Müller & Söhne «façade» (1) [2].jpg",
    "\ud800",
    "＂wide＂",
    "a~b",
    "-",
    "_",
    "photo (2).jpg",
)
NAMES = st.text(min_size=1, max_size=300) | st.sampled_from(NASTY)


@given(st.lists(NAMES, min_size=1, max_size=5))
def test_path_that_is_written_stays_below_the_root(names: list[str]):
    try:
        path = written_path("/".join(names))
    except Rejected:
        assert any(
            part.strip() in {"", ".", ".."} for part in "/".join(names).split("/")
        )
        return

    assert not path.is_absolute()
    assert ".." not in path.parts
    assert all(safe_name(part) == part for part in path.parts)


@given(st.text(max_size=100))
def test_path_that_is_read_stays_below_the_root(text: str):
    try:
        path = read_path(text)
    except Rejected:
        return

    assert not path.is_absolute()
    assert not {"", ".", ".."} & set(path.parts)


@given(st.lists(st.text(min_size=1).map(safe_name), min_size=1, max_size=4))
def test_href_names_the_path_however_it_is_encoded(parts: list[str]):
    ours = quoted(PurePosixPath(*parts)).split("/")
    theirs = [nextcloud_quotes(part) for part in parts]
    shouted = [quote(part, safe="()@~-_.") for part in parts]

    assert decoded(ours) == decoded(theirs) == decoded(shouted) == parts
    assert depth_of("/".join(ours)) == depth_of(f"/{'/'.join(shouted)}/") == len(parts)


@given(st.lists(st.binary(max_size=30), max_size=4))
def test_hrefs_with_any_bytes_are_read_each_by_itself(raw: list[bytes]):
    names = [quote(one, safe="") for one in raw]

    assert decoded(names) == [decoded([name])[0] for name in names]


def nasty_names() -> list[str]:
    """Give 300 names, each of which Nextcloud or Windows has its trouble with, or looks as if."""
    mixed = [
        f"{one}{number}{other}"
        for number, one in enumerate(NASTY)
        for other in NASTY[number::9]
    ]
    return [*NASTY, *mixed][:300]


@pytest.mark.timeout(600)  # 1,200 requests; a genuine server takes minutes
async def test_three_hundred_nasty_names_round_trip_byte_for_byte(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    names = nasty_names()
    assert len(set(names)) == 300
    stored = {}
    for name in names:
        content = name.encode("utf-8", "surrogatepass")
        answer = await storage.post(
            "/storage/upload",
            json={
                "path": "T",
                "filename": name.encode("utf-8", "replace").decode(),
                "content": base64.b64encode(content).decode(),
            },
        )
        assert answer.status_code == 200, (name, answer.text)
        stored[answer.json()["items"][0]["path"]] = content

    listed = await storage.get("/storage/files", params={"path": "T"})
    paths = [one["path"] for one in listed.json()["items"]]
    read = {
        path: (await storage.get(f"/storage/files/{quote(path)}")).content
        for path in paths
    }

    assert read == stored == nextcloud.tree()
    assert all(path.startswith("T/") and path.count("/") == 1 for path in paths)
