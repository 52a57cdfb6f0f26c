"""A workflow that is told of events and seldom well: it fails, hangs, hangs up, and answers too late."""

import asyncio
import base64
import hashlib
import hmac
import random
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

from fastapi import FastAPI, Request, Response

from tests.peers.serving import ConnectionCut, ConnectionReset

KEY = b"a key of 24 bytes length"
SECRET = "whsec_" + base64.b64encode(KEY).decode()


@dataclass
class Post:
    """One event as it came; ``taken`` once it was answered 2xx."""

    event_id: str
    body: bytes
    is_signed: bool
    at: float
    taken: bool = False


class Workflow:
    """
    Takes what it is posted, or does not, by chance; well once `ill` is left.

    Args:
        chance: Says what happens to a post.
    """

    def __init__(self, chance: random.Random) -> None:
        self.posts: list[Post] = []
        self.app = FastAPI()
        self.app.post("/{path:path}")(self._answer)
        self._chance = chance
        self._is_ill = False

    @contextmanager
    def ill(self) -> Iterator[None]:
        self._is_ill = True
        try:
            yield
        finally:
            self._is_ill = False

    @property
    def taken(self) -> set[str]:
        """The ids of what it has taken."""
        return {post.event_id for post in self.posts if post.taken}

    def again(self) -> list[tuple[Post, Post]]:
        """What it was posted once more after it had taken it: what it took, and the next post of that."""
        by_id: defaultdict[str, list[Post]] = defaultdict(list)
        for post in self.posts:
            by_id[post.event_id].append(post)
        return [
            (before, post)
            for posts in by_id.values()
            for before, post in pairwise(posts)
            if before.taken
        ]

    async def _answer(self, request: Request) -> Response:
        what = self._chance.random() if self._is_ill else 0.0
        now = asyncio.get_running_loop().time()
        if what > 0.95:  # nothing is read of it
            raise ConnectionReset
        post = _post(request, await request.body(), now)
        self.posts.append(post)
        if what > 0.88:
            await asyncio.sleep(self._chance.uniform(0.5, 3))
            raise ConnectionCut
        if what > 0.8:
            raise ConnectionCut
        if what > 0.6:
            return Response(status_code=self._chance.choice((404, 429, 500, 502, 503)))
        if what > 0.35:
            await asyncio.sleep(self._chance.uniform(0.1, 1))
        post.taken = True
        return Response(status_code=self._chance.choice((200, 202, 204)))


def _post(request: Request, body: bytes, at: float) -> Post:
    event_id = request.headers["webhook-id"]
    stamp = request.headers["webhook-timestamp"]
    signed = f"{event_id}.{stamp}.".encode() + body
    digest = hmac.digest(KEY, signed, hashlib.sha256)
    signature = "v1," + base64.b64encode(digest).decode()
    is_signed = request.headers["webhook-signature"] == signature
    return Post(event_id, body, is_signed, at)
