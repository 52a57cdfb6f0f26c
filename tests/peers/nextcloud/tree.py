"""The user's files: nodes in memory, bytes on disk, both kept across a restart."""

import hashlib
import os
import shutil
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

from tests.peers.nextcloud.node import Node, quoted, uniqid
from tests.peers.nextcloud.records import Records
from tests.peers.nextcloud.uploading import scratch_file


class Tree:
    """Every change moves the etag, mtime and size of each collection above it, as Nextcloud does."""

    def __init__(
        self, root: Path, records: Records, clock: Callable[[], float] = time.time
    ) -> None:
        self._clock = clock
        self.files = root / "files"
        self.scratch = root / "scratch"
        self.trash = root / "trash"
        for folder in (self.files, self.scratch, self.trash):
            folder.mkdir(parents=True, exist_ok=True)
        self._records = records
        self._last_id, self._last_stamp = 1, 0
        self.root = Node(1, "", None, is_folder=True)
        self.by_id: dict[int, Node] = {1: self.root}
        self._load()
        self._take_up(self.root)

    def now(self) -> int:
        return int(self._clock())

    # reading

    def find(self, parts: tuple[str, ...]) -> Node | None:
        node: Node | None = self.root
        for part in parts:
            node = node.children.get(part) if node else None
        return node

    def on_disk(self, node: Node) -> Path:
        return self.files.joinpath(*node.parts)

    # writing

    def add_folder(self, parent: Node, name: str) -> Node:
        node = self._attach(parent, name, is_folder=True)
        self.on_disk(node).mkdir(exist_ok=True)
        node.etag, node.mtime = self._stamp(), self.now()
        self._changed(node)
        return node

    def put_file(
        self, parent: Node, name: str, content: Path, mtime: int | None = None
    ) -> Node:
        """Move *content* into place. A second write within one second keeps the etag: so does Nextcloud."""
        node = parent.children.get(name) or self._attach(parent, name, is_folder=False)
        grown = content.stat().st_size - node.size
        content.replace(self.on_disk(node))
        node.size += grown
        node.uploaded, node.checksum = self.now(), ""
        node.mtime = node.uploaded if mtime is None else mtime
        written = f"{node.id}-{node.uploaded}".encode()
        node.etag = hashlib.md5(written, usedforsecurity=False).hexdigest()
        self._changed(node, grown)
        return node

    def touch(self, node: Node) -> None:
        self._records.save("node", node.id, self._row(node))

    def remove(self, node: Node, *, for_good: bool = False) -> None:
        """Into the trash bin, ``NAME.dTIME`` as Nextcloud names it there, or *for_good*."""
        target = self.trash / f"{node.name[:200]}.d{self.now()}"
        while target.exists():
            target = target.with_name(target.name + "_")
        self.on_disk(node).replace(target)
        self._forget(node)
        if for_good and node.is_folder:
            shutil.rmtree(target)
        elif for_good:
            target.unlink()

    def move(self, node: Node, parent: Node, name: str) -> None:
        source = self.on_disk(node)
        self._detach(node)
        node.name, node.parent, node.href = name, parent, quoted(name)
        parent.children[name] = node
        source.replace(self.on_disk(node))
        self._changed(node, node.size)

    def copy(self, node: Node, parent: Node, name: str) -> Node:
        if not node.is_folder:
            content = scratch_file(self.scratch)
            shutil.copyfile(self.on_disk(node), content)
            return self.put_file(parent, name, content, node.mtime)
        folder = self.add_folder(parent, name)
        for child in node.listed():
            self.copy(child, folder, child.name)
        return folder

    # inside

    def _attach(
        self, parent: Node, name: str, *, is_folder: bool, node_id: int = 0
    ) -> Node:
        self._last_id = max(self._last_id + 1, node_id)
        node = Node(
            node_id or self._last_id, name, parent, is_folder, href=quoted(name)
        )
        parent.children[name] = node
        self.by_id[node.id] = node
        return node

    def _detach(self, node: Node) -> None:
        parent = node.parent
        assert parent is not None
        del parent.children[node.name]
        self._propagate(parent, -node.size)

    def _forget(self, node: Node) -> None:
        self._detach(node)
        for gone in (node, *node.below()):
            self.by_id.pop(gone.id, None)
            self._records.forget("node", gone.id)

    def _changed(self, node: Node, grown: int = 0) -> None:
        self.touch(node)
        if node.parent is not None:
            self._propagate(node.parent, grown)

    def _propagate(self, folder: Node, grown: int) -> None:
        stamp, now, rows = self._stamp(), self.now(), []
        above: Node | None = folder
        while above is not None:
            above.etag, above.size = stamp, above.size + grown
            above.mtime = max(above.mtime, now)
            rows.append((above.id, self._row(above)))
            above = above.parent
        self._records.save_all("node", rows)

    def _stamp(self) -> str:
        """An etag for folders, never the same twice."""
        self._last_stamp = max(self._last_stamp + 1, int(self._clock() * 1_000_000))
        return uniqid(self._last_stamp)

    def _row(self, node: Node) -> list[object]:
        parent_id = node.parent.id if node.parent else 0
        times = (node.mtime, node.uploaded, node.created)
        return [
            parent_id,
            node.name,
            node.is_folder,
            node.etag,
            node.size,
            *times,
            node.checksum,
            node.custom,
        ]

    def _load(self) -> None:
        rows = dict(self._records.all("node"))
        for node_id in sorted(rows):
            self._load_one(node_id, rows)

    def _load_one(self, node_id: int, rows: dict[int, list]) -> Node | None:
        if node_id not in rows:
            return self.by_id.get(node_id)
        parent_id, name, is_folder, *state = rows.pop(node_id)
        parent = self._load_one(parent_id, rows) if parent_id else None
        if node_id != 1 and parent is None:
            return None
        node = (
            self.root
            if parent is None
            else self._attach(parent, name, is_folder=is_folder, node_id=node_id)
        )
        (
            node.etag,
            node.size,
            node.mtime,
            node.uploaded,
            node.created,
            node.checksum,
            node.custom,
        ) = state
        return node

    def _take_up(self, folder: Node) -> None:
        """Let memory follow the disk: what a person or a kill changed there, as ``occ files:scan`` does."""
        with os.scandir(self.on_disk(folder)) as found:
            entries = {entry.name: entry for entry in found}
        for name in set(folder.children) - set(entries):
            self._forget(folder.children[name])
        for name in sorted(entries):
            node = folder.children.get(name) or self._adopt(folder, entries[name])
            if node.is_folder:
                self._take_up(node)
            elif node.size != entries[name].stat().st_size:
                self._refresh(node)
        if not folder.etag:
            folder.etag, folder.mtime = self._stamp(), self.now()

    def _refresh(self, node: Node) -> None:
        stat = self.on_disk(node).stat()
        grown = stat.st_size - node.size
        node.size, node.mtime = stat.st_size, int(stat.st_mtime)
        node.etag = self._stamp()
        self._changed(node, grown)

    def _adopt(self, folder: Node, entry: os.DirEntry[str]) -> Node:
        name = unicodedata.normalize("NFC", entry.name)
        if name != entry.name:
            Path(entry.path).rename(Path(entry.path).with_name(name))
        node = self._attach(folder, name, is_folder=entry.is_dir())
        stat = entry.stat() if name == entry.name else self.on_disk(node).stat()
        node.mtime = node.uploaded = int(stat.st_mtime)
        node.size = 0 if node.is_folder else stat.st_size
        node.etag = self._stamp()
        self._changed(node, node.size)
        return node
