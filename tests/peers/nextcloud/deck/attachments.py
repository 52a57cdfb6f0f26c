"""A card's attachments: Deck's own files, and files in the user's ``Deck`` folder."""

import email
import email.policy
import re
from email.message import EmailMessage

from tests.peers.nextcloud.deck.state import Attachment, Card, DeckState
from tests.peers.nextcloud.deck.views import Views
from tests.peers.nextcloud.errors import DeckError, PlainError
from tests.peers.nextcloud.node import MIME_OF
from tests.peers.nextcloud.tree import Tree
from tests.peers.nextcloud.uploading import scratch_file
from tests.peers.nextcloud.wire import Answer, Request, json_answer


class Attachments:
    def __init__(self, state: DeckState, views: Views, tree: Tree) -> None:
        self.state, self.views, self.tree = state, views, tree

    async def answer(
        self, request: Request, card_id: int, version: str, rest: str
    ) -> Answer:
        """Version 1.0 lists only ``deck_file``; ``v1`` has no such route."""
        if version not in ("1.0", "1.1"):
            raise PlainError(405)
        card = self.state.card(card_id, request.user)
        if request.method == "POST" and not rest:
            return json_answer(
                self._shown(self._add(card, request, await request.body()))
            )
        if request.method == "GET" and not rest:
            kinds = ("deck_file",) if version == "1.0" else ("deck_file", "file")
            return json_answer(
                [self._shown(one) for kind in kinds for one in self._of(card, kind)]
            )
        found = re.fullmatch(r"/(deck_file|file)/(\d+)", rest)
        if request.method != "GET" or found is None:
            raise PlainError(405)
        return self._content(card, found[1], int(found[2]))

    def _of(self, card: Card, kind: str) -> list[Attachment]:
        return [
            one
            for one in self.state.attachments.values()
            if one.card_id == card.id and one.kind == kind
        ]

    def _shown(self, attachment: Attachment) -> dict[str, object]:
        return self.views.attachment(attachment, _content_type(attachment.name))

    def _add(self, card: Card, request: Request, body: bytes) -> Attachment:
        kind, name, content = _upload(request, body)
        scratch = scratch_file(self.tree.scratch)
        scratch.write_bytes(content)
        same_kind = [one for one in self.state.attachments.values() if one.kind == kind]
        number = 1 + max((one.id for one in same_kind), default=0)
        attachment = Attachment(
            number, card.id, kind, name, len(content), self.state.now()
        )
        if kind == "file":
            folder = self.tree.root.children.get("Deck") or self.tree.add_folder(
                self.tree.root, "Deck"
            )
            attachment.name = _free_name(name, set(folder.children))
            attachment.file_id = self.tree.put_file(folder, attachment.name, scratch).id
        else:
            scratch.rename(self.tree.trash.parent / f"deck_file-{number}")
        self.state.attachments[number * 2 + (kind == "file")] = attachment
        self.state.save(attachment)
        self.state.changed(card)
        return attachment

    def _content(self, card: Card, kind: str, number: int) -> Answer:
        found = [one for one in self._of(card, kind) if one.id == number]
        if not found:
            raise DeckError(403, "Permission denied")
        attachment = found[0]
        path = self.tree.trash.parent / f"deck_file-{number}"
        if kind == "file":
            path = self.tree.on_disk(self.tree.by_id[attachment.file_id])
        name = attachment.name.encode().decode("latin-1")  # raw UTF-8 on the wire
        headers = {
            "Content-Type": _content_type(attachment.name),
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-cache, no-store, must-revalidate",
        }
        return Answer(200, headers, path.read_bytes())


def _content_type(name: str) -> str:
    return MIME_OF.get(
        "." + name.rpartition(".")[2].lower(), "application/octet-stream"
    )


def _upload(request: Request, body: bytes) -> tuple[str, str, bytes]:
    """The ``type`` and ``file`` fields of a form: kind, name, content."""
    head = f"Content-Type: {request.headers.get('content-type', '')}\r\n\r\n".encode()
    form = email.message_from_bytes(head + body, policy=email.policy.HTTP)
    kind, name, content = "deck_file", "", b""
    for part in (
        form.iter_parts()
        if isinstance(form, EmailMessage) and form.is_multipart()
        else ()
    ):
        value = part.get_payload(decode=True)
        assert isinstance(value, bytes)
        if part.get_filename():
            name, content = str(part.get_filename()), value
        else:
            kind = value.decode().strip()
    if not name:
        raise DeckError(400, "No file uploaded or file size exceeds maximum of 512 MB")
    return kind, name, content


def _free_name(name: str, taken: set[str]) -> str:
    stem, dot, extension = name.rpartition(".")
    number = 2
    while name in taken:
        name = f"{stem} ({number}){dot}{extension}"
        number += 1
    return name
