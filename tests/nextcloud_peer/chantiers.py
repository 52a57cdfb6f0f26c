"""The folders that the recorded server held: taken from its own listing."""

from email.utils import parsedate_to_datetime

from lxml import etree

from tests.nextcloud_peer.recording import load
from tests.peers.nextcloud import NextcloudPeer
from tests.peers.nextcloud.wire import decoded

DAV, OC = "{DAV:}", "{http://owncloud.org/ns}"
HOME = "/remote.php/dav/files/jean.keller/"


def fill(peer: NextcloudPeer) -> None:
    """The 300 folders below ``Chantiers``, with the files, sizes and times that they had."""
    inside = [path for path, _, _ in _listed("propfind_depth_infinity")]
    top, *folders = _listed("propfind_dav_depth1_service_300")
    for path, size, _ in folders:
        peer.make_folder(path)
        files = [file for file in inside if file.startswith(path) and file[-1:] != "/"]
        for number, file in enumerate(files):
            rest = size % len(files) if number == 0 else 0
            peer.write(file, bytes(size // len(files) + rest))
    for path, _, mtime in (*folders, top):
        peer.make_folder(path).mtime = mtime


def _listed(name: str) -> list[tuple[str, int, int]]:
    """Path, size and time of each response."""
    answer = load(name).answer
    assert isinstance(answer, str)
    found = []
    for response in etree.fromstring(answer.encode()).iterfind(f"{DAV}response"):
        href = decoded((response.findtext(f"{DAV}href") or "").encode())
        size = int(response.findtext(f".//{OC}size") or 0)
        date = response.findtext(f".//{DAV}getlastmodified")
        mtime = int(parsedate_to_datetime(date).timestamp()) if date else 0
        found.append((href.removeprefix(HOME), size, mtime))
    return found
