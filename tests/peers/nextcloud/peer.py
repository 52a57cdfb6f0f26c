"""The peer itself: what it is made of, the ASGI app, and how it is served on a socket."""

import asyncio
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.peers.nextcloud.accounts import Accounts, in_the_words_of
from tests.peers.nextcloud.dav import Dav
from tests.peers.nextcloud.deck.api import Deck
from tests.peers.nextcloud.deck.state import DeckState
from tests.peers.nextcloud.errors import DavError, NginxError, Page, PlainError, Refusal
from tests.peers.nextcloud.faults import Faults
from tests.peers.nextcloud.files import Files
from tests.peers.nextcloud.locks import Locks
from tests.peers.nextcloud.node import Node
from tests.peers.nextcloud.ocs import Ocs, status_php
from tests.peers.nextcloud.paths import parts_of
from tests.peers.nextcloud.properties import Seen
from tests.peers.nextcloud.public import Public, internal_link
from tests.peers.nextcloud.records import Records
from tests.peers.nextcloud.shares import Share, Shares
from tests.peers.nextcloud.tree import Tree
from tests.peers.nextcloud.uploading import scratch_file
from tests.peers.nextcloud.uploads import Uploads
from tests.peers.nextcloud.wire import (
    Answer,
    BodyTooLarge,
    CallerGone,
    Request,
    reply,
)
from tests.peers.serving import ConnectionCut, Receive, Send, lifespan, served

REMEMBERED = 20_000  # requests; a process that runs for days must not grow
OTHER_USERS = {"monteur.un": "Jürgen Monteur", "admin": "admin"}


@dataclass(slots=True)
class Received:
    """One request as it came in; *status* is None while it has no answer, or when that was cut off."""

    method: str
    path: str
    headers: Mapping[str, str]
    status: int | None = None


class NextcloudPeer:
    """
    A Nextcloud look-alike over *root*: files under ``root/files``, the rest in ``root/peer.sqlite``.

    Opened again on the same *root* it goes on where it was. ``app`` is the ASGI app.
    """

    def __init__(
        self,
        root: Path,
        user: str = "jean.keller",
        password: str = "app-password",
        *,
        delay_scale: float = 0.01,
        mkcol_s: float = 0.01,
        body_limit_bytes: int = 512 << 20,
        trusted_hosts: Collection[str] = (),
        clock: Callable[[], float] = time.time,
    ) -> None:
        """
        Args:
            delay_scale: What the throttle's seconds are multiplied with.
            mkcol_s: How long an MKCOL may hold its lock.
            body_limit_bytes: Beyond it a body is refused with 413, as nginx does.
            trusted_hosts: The Host headers that are let in; all of them when empty.
            clock: Seconds since the epoch.
        """
        root.mkdir(parents=True, exist_ok=True)
        self.user = user
        self.body_limit_bytes = body_limit_bytes
        self.trusted_hosts = trusted_hosts
        self.requests: list[Received] = []
        self.faults = Faults()
        names = {user: user.replace(".", " ").title(), **OTHER_USERS}
        self.accounts = Accounts(names, password, delay_scale)
        self._records = Records(root / "peer.sqlite")
        self.locks = Locks()
        self._tree = Tree(root, self._records, clock)
        self.files = Files(self._tree, self.locks, mkcol_s)
        self.deck = Deck(DeckState(self._records, user, clock), names, self._tree)
        self._shares = Shares(self._records, self._tree, user, names)
        seen = Seen(
            user, names[user], self.files.available, share_types=self._shares.kinds_of
        )
        uploads = Uploads(root, user, self.files)
        self._dav = Dav(user, self.files, uploads, seen, users=names)
        self._ocs = Ocs(names, self.deck, self._shares, self.files)
        self._public = Public(self._shares, self.files, seen)

    def close(self) -> None:
        self._records.close()

    # what a test looks at

    def tree(self, folder: str = "") -> dict[str, bytes]:
        """Files below *folder*: relative path to content. A folder without files ends in ``/`` and holds nothing."""
        top = self.files.node(parts_of(folder))
        skip = len(top.parts)
        found: dict[str, bytes] = {}
        for node in top.below():
            path = "/".join(node.parts[skip:])
            if not node.is_folder:
                found[path] = self._tree.on_disk(node).read_bytes()
            elif not node.children:
                found[path + "/"] = b""
        return found

    def cards(self) -> list[dict[str, Any]]:
        """Living cards, each with its ``board`` and ``stack`` title."""
        state, views = self.deck.state, self.deck.views
        living = [card for card in state.cards.values() if not card.deleted]
        return [
            {
                **views.card(card),
                "labels": [state.labels[label].title for label in card.labels],
                "stack": state.stacks[card.stack_id].title,
                "board": state.boards[state.stacks[card.stack_id].board_id].title,
            }
            for card in living
        ]

    def shares(self) -> list[dict[str, Any]]:
        """Shares as OCS shows them; a link's ``url`` lacks its host."""
        return [self._shares.shown(share, "") for share in self._shares.by_id.values()]

    def give_links(self, rights: int) -> None:
        """Give each new link more than is asked for, as a server's own rules may."""
        self._shares.link_rights = rights

    def end_links(self, *, after_days: int) -> None:
        """Give each new link an end where nobody says one, as the admin may set."""
        self._shares.link_days = after_days

    def share(self, share_id: int) -> Share:
        """One share, to be changed as a person would."""
        return self._shares.by_id[share_id]

    def trash(self) -> list[str]:
        """Names in the trash bin, each ``NAME.dTIME``."""
        return sorted(path.name for path in self._tree.trash.iterdir())

    def write(self, path: str, content: bytes = b"") -> None:
        """Put a file there, parents included, past the protocol."""
        *folders, name = parts_of(path)
        scratch = scratch_file(self._tree.scratch)
        scratch.write_bytes(content)
        self._tree.put_file(self.make_folder("/".join(folders)), name, scratch)

    def make_folder(self, path: str) -> Node:
        """Make a folder and its parents, past the protocol."""
        node = self._tree.root
        for name in parts_of(path):
            node = node.children.get(name) or self._tree.add_folder(node, name)
        return node

    # the app

    async def app(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await lifespan(receive, send)
            return
        request = Request.from_scope(scope, receive, self.body_limit_bytes)
        received = Received(request.method, request.path, request.headers)
        self.requests.append(received)
        del self.requests[:-REMEMBERED]
        try:
            answer = await self._answer_with_faults(request)
        except CallerGone:
            return
        received.status = answer.status
        await reply(send, request, answer)

    async def _answer_with_faults(self, request: Request) -> Answer:
        await self.files.pacing.asked(in_session=self.accounts.knows(request))
        striking = list(self.faults.striking(request))
        for fault in striking:
            await asyncio.sleep(fault.delay_s)
            if fault.cut == "before":
                raise ConnectionCut
            if fault.status is not None and not fault.written:
                return self.faults.refusal(fault.status, request.path).answer()
            request.half |= fault.cut == "upload"
            request.wrong_hash |= fault.wrong_hash
        answer = await self._answer(request)
        for fault in striking:
            if fault.status is not None and fault.written:
                answer = self.faults.refusal(fault.status, request.path).answer()
            answer = fault.spoil(answer)
        return answer

    async def _answer(self, request: Request) -> Answer:
        try:
            if int(request.headers.get("content-length", 0)) > self.body_limit_bytes:
                raise NginxError(413)
            if "\0" in request.path or "\n" in request.path:
                raise NginxError(400 if "\0" in request.path else 404)
            return await self._routed(request, request.path.removeprefix("/index.php"))
        except BodyTooLarge:
            return NginxError(413).answer()
        except Refusal as refused:
            return refused.answer()

    async def _routed(self, request: Request, path: str) -> Answer:
        if self.trusted_hosts and request.headers.get("host") not in self.trusted_hosts:
            raise Page(400, "Access through untrusted domain")
        if path == "/status.php":
            return status_php(maintenance=self.faults.maintenance)
        if self.faults.maintenance:
            raise self.faults.in_maintenance(path)
        if path.startswith("/s/"):
            return await self._public.page(path.removeprefix("/s/"))
        if path.startswith("/public.php/"):
            return await self._public.dav(request, path.removeprefix("/public.php"))
        try:
            await self.accounts.admit(request)
        except DavError as refused:
            raise in_the_words_of(path, refused) from refused
        return await self._signed_in(request, path)

    async def _signed_in(self, request: Request, path: str) -> Answer:
        if path.startswith("/remote.php/"):
            return await self._dav.answer(request, path.removeprefix("/remote.php"))
        if path.startswith("/apps/deck/"):
            return await self.deck.answer(request, path.removeprefix("/apps/deck"))
        if path.startswith(("/ocs/v2.php/", "/ocs/v1.php/")):
            return await self._ocs.answer(request, path)
        if path.startswith("/f/"):
            return internal_link(path, self.files)
        raise PlainError(404)

    def serve(
        self, host: str = "127.0.0.1", port: int = 0
    ) -> AbstractAsyncContextManager[str]:
        """
        Serve on a socket and yield the URL.

        Leaving cuts what is still open: to play an outage leave, and enter again with the same *port*.
        """
        return served(self.app, host, port)
