"""A free port that stays free while nobody listens on it."""

import random
import socket
from pathlib import Path

_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
_FIRST = 10_000
_DICE = random.SystemRandom()  # tests seed the common one


def free_port() -> int:
    """
    A port of loopback that nothing listens on now, for one who listens later, and again after a restart.

    It lies below those that the system gives to connections of its own: such a one would be taken by anybody's
    request while its service is down.
    """
    end = int(_RANGE.read_text().split()[0]) if _RANGE.exists() else 32_768
    while True:
        port = _DICE.randrange(_FIRST, end)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
