"""Requests as rclone and nc-py-api send them, which differ from the recorded ones."""

import httpx
from lxml import etree

from tests.nextcloud_peer.conftest import FILES
from tests.peers.nextcloud import NextcloudPeer

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
