"""
A process that helps the service ends with it, however that ends: left behind, it would do the next one's work twice.

Linux only; elsewhere it runs to its end.

Source: prctl(2), ``PR_SET_PDEATHSIG``.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def end_with_parent(parent: int) -> None:
    """Tie this process to *parent*, which started it."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before we were tied
        sys.exit(1)
