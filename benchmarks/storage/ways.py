"""The ways to bring files to Nextcloud that are compared. Each takes a list of files and a folder that is new."""

import base64
import http.client
import shutil
import subprocess
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.storage.servers import Nextcloud, Service

Way = Callable[[Sequence[Path], str], None]

NC_PY_API = Path(".cache/bench-nc/bin/python")
_NC_SCRIPT = """
import sys
from nc_py_api import Nextcloud
url, user, password, folder, *files = sys.argv[1:]
nc = Nextcloud(nextcloud_url=url, nc_auth_user=user, nc_auth_pass=password)
nc.files.mkdir(folder)
for path in files:
    nc.files.upload_stream(f"{folder}/{path.rsplit('/', 1)[1]}", path)
"""


def put(
    url: str,
    files: Sequence[tuple[Path, str]],
    headers: dict[str, str],
    side_by_side: int,
) -> None:
    """PUT each file to its URL path by http.client, from the disk, over connections that are kept."""
    parts = urlsplit(url)

    def lane(own: Sequence[tuple[Path, str]]) -> None:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
        connection.blocksize = 256 * 1024
        for file, path in own:
            length = {"Content-Length": str(file.stat().st_size)}
            with file.open("rb") as content:
                connection.request("PUT", path, content, {**headers, **length})
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status in {200, 201}, (answer.status, body[:500])
        connection.close()

    with ThreadPoolExecutor(side_by_side) as lanes:
        list(lanes.map(lane, [files[n::side_by_side] for n in range(side_by_side)]))


def bare_puts(server: Nextcloud, side_by_side: int, *, hashed: bool = False) -> Way:
    """PUTs and nothing else: what no client can beat; *hashed*: the server says what it stored, as storage asks."""
    headers = signed_in(server)
    if hashed:
        headers["X-Hash"] = "sha256"
    prefix = urlsplit(server.files).path

    def way(files: Sequence[Path], folder: str) -> None:
        parts = urlsplit(server.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
        connection.request("MKCOL", f"{prefix}/{folder}", headers=headers)
        connection.getresponse().read()
        connection.close()
        pairs = [(file, f"{prefix}/{folder}/{file.name}") for file in files]
        put(server.url, pairs, headers, side_by_side)

    return way


def signed_in(server: Nextcloud) -> dict[str, str]:
    token = base64.b64encode(f"{server.user}:{server.password}".encode()).decode()
    return {"Authorization": f"Basic {token}"}


def by_storage(service: Service, side_by_side: int) -> Way:
    """The service, called as the gateway does: 4 side by side."""

    def way(files: Sequence[Path], folder: str) -> None:
        pairs = [(file, f"/storage/files/{folder}/{file.name}") for file in files]
        put(service.url, pairs, {}, side_by_side)

    return way


def by_curl(server: Nextcloud) -> Way | None:
    if not shutil.which("curl"):
        return None
    login = ["-sS", "--fail", "-u", f"{server.user}:{server.password}"]

    def way(files: Sequence[Path], folder: str) -> None:
        url = f"{server.files}/{folder}"
        subprocess.run(["curl", *login, "-X", "MKCOL", url], check=True)
        pairs = [
            word for file in files for word in ("-T", str(file), f"{url}/{file.name}")
        ]
        subprocess.run(["curl", *login, *pairs], check=True, stdout=subprocess.DEVNULL)

    return way


def by_rclone(server: Nextcloud, *flags: str) -> Way | None:
    if not shutil.which("rclone"):
        return None
    obscured = subprocess.run(
        ["rclone", "obscure", server.password],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    remote = [
        "--config=/dev/null",
        f"--webdav-url={server.files}",
        f"--webdav-user={server.user}",
        f"--webdav-pass={obscured}",
        "--webdav-vendor=nextcloud",
        *flags,
    ]

    def way(files: Sequence[Path], folder: str) -> None:
        command = ["rclone", "copy", str(files[0].parent), f":webdav:{folder}", *remote]
        subprocess.run(command, check=True)

    return way


def by_nc_py_api(server: Nextcloud) -> Way | None:
    if not NC_PY_API.exists():
        return None

    def way(files: Sequence[Path], folder: str) -> None:
        command = [
            str(NC_PY_API),
            "-c",
            _NC_SCRIPT,
            server.url,
            server.user,
            server.password,
        ]
        subprocess.run([*command, folder, *map(str, files)], check=True)

    return way
