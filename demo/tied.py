"""
``python tied.py <parent> <program> …``: become *program*, and end when *parent* does, however it ends.

A service is a session of its own, so that Ctrl-C reaches the demo alone; ``kill -9`` of the demo would leave it
behind, holding its port. Killed outright, because a service loses nothing by that and its port is free at once.
Linux only; elsewhere the program just runs.

Source: prctl(2), ``PR_SET_PDEATHSIG``; it outlasts execve(2).
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, *program = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != int(parent):  # it ended before we were tied to it
            sys.exit(1)
    os.execv(program[0], program)  # noqa: S606 - what the demo starts


if __name__ == "__main__":
    main()
