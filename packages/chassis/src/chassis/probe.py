"""``python -m chassis.probe``: ends with 0 when the service on ``PORT`` of this machine is alive; a container's health check."""

import http.client
import os
import sys

TIMEOUT_S = 4.0


def main() -> None:
    """Ask ``/healthz``, the one route that needs no key."""
    port = int(os.environ.get("PORT") or sys.argv[1])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", "/healthz")
        status = connection.getresponse().status
    except OSError as error:
        sys.exit(f"port {port}: {error}")
    sys.exit(0 if status == 200 else f"port {port} answers {status}")


if __name__ == "__main__":
    main()
