"""Replays recordings against a peer, in their order and at their time."""

import base64
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.nextcloud_peer.exchange import Reply, exchange
from tests.nextcloud_peer.recording import Recording, load
from tests.peers.nextcloud import NextcloudPeer

HOST = "127.0.0.1:8181"
PASSWORD = "app-password"
START = 1795418700.0  # shortly before the first recording


class Player:
    """One peer, whose clock stands where the recorded server's stood."""

    def __init__(self, root: Path, user: str = "jean.keller") -> None:
        self.at = START
        self.user = user
        self.peer = NextcloudPeer(
            root,
            user,
            PASSWORD,
            delay_scale=0,
            mkcol_s=0,
            trusted_hosts=(HOST,),
            clock=lambda: self.at,
        )
        self.learned: dict[str, str] = {}  # recorded text to the peer's own
        self.chunks: list[bytes] = []

    async def play(
        self,
        *names: str,
        login: str | None = "",
        password: str = PASSWORD,
        client: str = "127.0.0.1",
        body: bytes | None = None,
    ) -> list[str]:
        """Replay *names* one after the other; *login* None sends no credentials. Lists all differences."""
        found: list[str] = []
        for name in names:
            recording = load(name)
            self.at = recording.answered_at or self.at
            sent = recording.body if body is None else body
            headers = self._headers(recording, login, password)
            target = self._own(recording.target)
            reply = await exchange(
                self.peer.app,
                recording.method,
                target,
                headers,
                sent,
                client=client,
            )
            self._learn(recording, reply)
            found += recording.differences(
                reply, self._hashed(recording, sent), self._own
            )
        return found

    async def do(
        self, method: str, target: str, body: bytes = b"", **headers: str
    ) -> Reply:
        """A request of the story that was not recorded."""
        sent = [
            ("Authorization", _basic(self.user, PASSWORD)),
            ("Host", HOST),
            ("OCS-APIRequest", "true"),
            *headers.items(),
        ]
        return await exchange(self.peer.app, method, target, sent, body)

    def _headers(
        self, recording: Recording, login: str | None, password: str
    ) -> Iterable[tuple[str, str]]:
        headers = {"Host": HOST, **recording.headers}
        if login is not None:
            headers["Authorization"] = _basic(login or self.user, password)
        return [(name, self._own(value)) for name, value in headers.items()]

    def _own(self, text: str) -> str:
        for recorded, own in self.learned.items():
            text = text.replace(recorded, own)
        return text

    def _hashed(self, recording: Recording, sent: bytes) -> bytes:
        """What an X-Hash answer is the hash of: the body, or all chunks so far."""
        if re.search(r"/\d{5}$", recording.target) and recording.status == 201:
            self.chunks.append(sent)
        return b"".join(self.chunks) if recording.method == "MOVE" else sent

    def _learn(self, recording: Recording, reply: Reply) -> None:
        """Etags and share tokens are the peer's own: later requests name them."""
        pairs: list[tuple[Any, Any]] = []
        if "etag" in recording.answer_headers and "etag" in reply.headers:
            pairs.append((recording.answer_headers["etag"], reply.headers["etag"]))
        if isinstance(recording.answer, str):
            token = r'"token":"(\w+)"'
            theirs = re.findall(token, recording.answer)
            pairs += zip(
                theirs, re.findall(token, reply.body.decode("latin-1")), strict=False
            )
        self.learned |= {recorded: own for recorded, own in pairs if recorded != own}


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
