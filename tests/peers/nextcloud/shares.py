"""Share links and user shares over OCS, and what a public link shows."""

import hashlib
import secrets
import string
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.peers.nextcloud.errors import OcsError
from tests.peers.nextcloud.node import Node
from tests.peers.nextcloud.paths import parts_of
from tests.peers.nextcloud.records import Records
from tests.peers.nextcloud.tree import Tree

USER, LINK = 0, 3
READ, RESHARE = 1, 16
TOKEN_LETTERS = string.ascii_letters + string.digits


@dataclass(slots=True)
class Share:
    id: int
    kind: int
    file_id: int
    made: int
    permissions: int
    token: str | None = None
    expires: str | None = None
    password: str | None = None
    label: str = ""
    with_user: str | None = None


class Shares:
    def __init__(
        self, records: Records, tree: Tree, owner: str, names: dict[str, str]
    ) -> None:
        self._records, self._tree, self._owner, self._names = (
            records,
            tree,
            owner,
            names,
        )
        self.by_id = {key: Share(**body) for key, body in records.all("share")}
        self.link_rights = 0  # which each new link gets beside those asked for
        self.link_days = 0  # for which a new link lasts where nobody says; 0 for ever
        self._last_id = max(self.by_id, default=0)

    def kinds_of(self, node: Node) -> Sequence[int]:
        return sorted(
            {share.kind for share in self.by_id.values() if share.file_id == node.id}
        )

    def at(self, path: str) -> list[Share]:
        node = self._node(path)
        return [share for share in self.by_id.values() if share.file_id == node.id]

    def get(self, share_id: str) -> Share:
        share = self.by_id.get(int(share_id)) if share_id.isdigit() else None
        if share is None or share.file_id not in self._tree.by_id:
            raise OcsError(404, "Wrong share ID, share does not exist")
        return share

    def by_token(self, token: str) -> Share | None:
        shares = [share for share in self.by_id.values() if share.token == token]
        return shares[0] if shares and shares[0].file_id in self._tree.by_id else None

    def create(self, fields: dict[str, Any], host: str) -> dict[str, Any]:
        """Each POST of a link makes a new token; a user share is found again."""
        if not fields.get("path"):
            raise OcsError(404, "Please specify a file or folder path")
        node = self._node(str(fields["path"]))
        kind = int(fields.get("shareType", -1))
        if kind == USER:
            return self._with_user(node, fields)
        if kind != LINK:
            raise OcsError(400, "Unknown share type")
        expires = _expiry(fields.get("expireDate"), self._tree.now())
        if self.link_days and fields.get("expireDate") is None:
            # An empty text would be "none at all".
            last = datetime.fromtimestamp(self._tree.now(), UTC)
            last += timedelta(days=self.link_days)
            expires = last.strftime("%Y-%m-%d 00:00:00")
        share = self._new(
            LINK,
            node,
            int(fields.get("permissions") or READ) | RESHARE | self.link_rights,
        )
        share.token = "".join(secrets.choice(TOKEN_LETTERS) for _ in range(15))
        share.label = str(fields.get("label") or "")
        share.expires = expires
        share.password = fields.get("password") or None
        self._keep(share)
        return {**self.shown(share, host), "mail_send": 1}

    def delete(self, share_id: str) -> None:
        share = self.get(share_id)
        del self.by_id[share.id]
        self._records.forget("share", share.id)

    def shown(self, share: Share, host: str) -> dict[str, Any]:
        node = self._tree.by_id[share.file_id]
        common = {
            "id": str(share.id),
            "share_type": share.kind,
            "uid_owner": self._owner,
            "displayname_owner": self._names[self._owner],
            "permissions": share.permissions,
            "can_edit": True,
            "can_delete": True,
            "stime": share.made,
            "parent": None,
            "expiration": share.expires,
            "token": share.token,
            "uid_file_owner": self._owner,
            "note": "",
            "label": share.label,
            "displayname_file_owner": self._names[self._owner],
            "path": "/" + "/".join(node.parts),
            "item_type": "folder" if node.is_folder else "file",
            "item_permissions": 31 if node.is_folder else 27,
            "mimetype": "httpd/unix-directory" if node.is_folder else node.content_type,
            "has_preview": False,
            "storage_id": f"home::{self._owner}",
            "storage": 3,
            "item_source": node.id,
            "file_source": node.id,
            "file_parent": node.parent.id if node.parent else -1,
            "file_target": f"/{node.name}",
            "item_size": node.size,
            "item_mtime": node.mtime,
        }
        common |= (
            self._link_fields(share, host)
            if share.kind == LINK
            else self._user_fields(share)
        )
        return {**common, "mail_send": 0, "hide_download": 0, "attributes": None}

    def _link_fields(self, share: Share, host: str) -> dict[str, Any]:
        return {
            "share_with": share.password and _hashed(share.password),
            "share_with_displayname": "(Shared link)",
            "password": share.password and _hashed(share.password),
            "send_password_by_talk": False,
            "url": f"{host}/s/{share.token}",
        }

    def _user_fields(self, share: Share) -> dict[str, Any]:
        name = self._names.get(share.with_user or "", share.with_user)
        return {
            "share_with": share.with_user,
            "share_with_displayname": name,
            "share_with_displayname_unique": share.with_user,
        }

    def _with_user(self, node: Node, fields: dict[str, Any]) -> dict[str, Any]:
        user = str(fields.get("shareWith") or "")
        if user not in self._names:
            raise OcsError(404, "Please specify a valid account to share with")
        for share in self.by_id.values():
            if (share.kind, share.file_id, share.with_user) == (USER, node.id, user):
                return {**self.shown(share, ""), "label": None}
        share = self._new(USER, node, int(fields.get("permissions") or 31))
        share.with_user = user
        self._keep(share)
        return {**self.shown(share, ""), "mail_send": 1}

    def _new(self, kind: int, node: Node, permissions: int) -> Share:
        self._last_id += 1
        return Share(self._last_id, kind, node.id, self._tree.now(), permissions)

    def _keep(self, share: Share) -> None:
        self.by_id[share.id] = share
        self._records.save("share", share.id, asdict(share))

    def _node(self, path: str) -> Node:
        node = self._tree.find(parts_of(path))
        if node is None:
            raise OcsError(404, "Wrong path, file/folder does not exist")
        return node


def _expiry(value: object, now: int) -> str | None:
    """``2027-01-31`` becomes midnight; what lies in the past, or is no date, is a 404."""
    if not value:
        return None
    try:
        day = datetime.fromisoformat(str(value)).replace(tzinfo=UTC)
    except ValueError:
        raise OcsError(404, "Invalid date, date format must be YYYY-MM-DD") from None
    if day.timestamp() < now:
        raise OcsError(404, "Expiration date is in the past")
    return day.strftime("%Y-%m-%d 00:00:00")


def _hashed(password: str) -> str:
    """Nextcloud shows Argon2 with a salt of its own; for one link it stays the same until the password is changed."""
    digest = hashlib.sha256(password.encode()).hexdigest()
    return f"3|$argon2id$v=19$m=65536,t=4,p=1${digest}"
