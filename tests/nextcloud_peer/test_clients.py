"""Requests as rclone and nc-py-api send them, which differ from the recorded ones."""

import httpx
import pytest
from lxml import etree

from tests.nextcloud_peer.conftest import FILES
from tests.peers.nextcloud import NextcloudPeer

UPLOADS = "/remote.php/dav/uploads/jean.keller"
OCS = {"OCS-APIRequest": "true"}
BY_ID = """<d:searchrequest xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns"><d:basicsearch>
<d:select><d:prop><oc:fileid/></d:prop></d:select>
<d:from><d:scope><d:href>/files/jean.keller</d:href></d:scope></d:from>
<d:where><d:eq><d:prop><oc:fileid/></d:prop><d:literal>{}</d:literal></d:eq></d:where>
</d:basicsearch></d:searchrequest>"""


async def test_a_file_is_found_by_the_id_that_its_put_was_answered_with(
    peer: NextcloudPeer, http: httpx.AsyncClient
) -> None:
    peer.write("other.txt", b"x")
    put = await http.put(f"{FILES}/a.txt", content=b"x")

    found = await http.request(
        "SEARCH", "/remote.php/dav", content=BY_ID.format(put.headers["oc-fileid"])
    )

    hrefs = etree.fromstring(found.content).findall(".//{DAV:}href")
    assert [href.text for href in hrefs] == [f"{FILES}/a.txt"]


async def test_a_share_may_be_asked_for_in_the_query(
    peer: NextcloudPeer, http: httpx.AsyncClient
) -> None:
    peer.make_folder("Chantiers")
    url = "/ocs/v1.php/apps/files_sharing/api/v1/shares"
    wanted = {"path": "Chantiers", "shareType": "3", "format": "json"}

    made = await http.post(url, params=wanted, headers=OCS)

    assert made.json()["ocs"]["meta"]["statuscode"] == 100
    [share] = peer.shares()
    assert share["path"] == "/Chantiers"


async def test_a_file_is_copied_within_its_folder(
    peer: NextcloudPeer, http: httpx.AsyncClient
) -> None:
    peer.write("a/x.txt", b"x")

    copied = await http.request(
        "COPY", f"{FILES}/a/x.txt", headers={"Destination": f"http://nc{FILES}/a/y.txt"}
    )

    assert copied.status_code == 201
    assert peer.tree("a") == {"x.txt": b"x", "y.txt": b"x"}


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ({"If-None-Match": "*"}, 412),
        ({"If-Match": '"another"'}, 412),
        ({"Overwrite": "F"}, 201),
    ],
)
@pytest.mark.parametrize("source", [f"{FILES}/a.txt", f"{UPLOADS}/u/.file"])
async def test_a_condition_on_a_move_is_of_what_is_moved(
    peer: NextcloudPeer,
    http: httpx.AsyncClient,
    source: str,
    condition: dict[str, str],
    status: int,
) -> None:
    """So says sabre, and so answered 31.0.6, though nothing was at the destination."""
    peer.write("a.txt", b"x")
    await http.request("MKCOL", f"{UPLOADS}/u")
    await http.put(f"{UPLOADS}/u/00001", content=b"x")

    moved = await http.request(
        "MOVE", source, headers={"Destination": f"{FILES}/b.txt", **condition}
    )

    assert moved.status_code == status
