"""A Nextcloud that behaves as the recorded one, quirks included, and misbehaves on demand."""

from tests.peers.nextcloud.faults import Fault
from tests.peers.nextcloud.peer import NextcloudPeer, Received
from tests.peers.serving import ConnectionCut

__all__ = ["ConnectionCut", "Fault", "NextcloudPeer", "Received"]
