"""Serving one app on one socket, until SIGTERM or Ctrl-C."""

import gc
import logging
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

import uvicorn
from fastapi import FastAPI
from pydantic import ValidationError

from chassis.auth import BadKeys
from chassis.damaged import note_tables, refuse_damaged
from chassis.fields import in_words
from chassis.locks import held
from chassis.logs import configure_logs
from chassis.settings import ServiceSettings
from chassis.stalls import PromptCallers
from chassis.stopping import Stopping

logger = logging.getLogger(__name__)

Settings = TypeVar("Settings", bound=ServiceSettings)

KEEP_ALIVE_S = 150
"""Longer than who calls keeps a resting connection, Caddy for 2 min: else a request meets the end of it. uvicorn's own are 5."""
NOT_STARTED = 3
"""The status of a process whose app did not open, or whose port is taken; uvicorn's own command has it too."""
GRACE_S = 10
"""How long requests under way may take to end after SIGTERM, in seconds."""


def serve(
    name: str,
    read: Callable[[], Settings],
    make: Callable[[Settings], FastAPI],
) -> None:
    """
    Run a service as this process: read its settings, make its app, serve it.

    Settings that do not hold end the process with status 2 and a sentence on each, never with their values; so does
    another process of this service on the same ``DATA_DIR``: files and sessions there are one process's. And so do tables that
    a power cut has spoilt.
    """
    try:
        settings = read()
        lock = held(settings.data_dir / f"{name}.lock")
        refuse_damaged(name, settings.data_dir, settings.tables)
        app = make(settings)
    except ValidationError as error:
        lines = map(_sentence, error.errors())
        sys.exit(_refusal(name, *lines))
    except (BadKeys, OSError) as error:
        sys.exit(_refusal(name, str(error)))
    configure_logs(
        name,
        level=settings.log_level,
        form=settings.log_format,
        secrets=settings.secrets(),
    )
    # What is there by now stays: a full collection would go over it again and again, 45 ms each on a slow machine.
    gc.freeze()
    logger.info("serving", extra={"host": settings.host, "port": settings.port})
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http=_prompt_callers(settings.unread_s),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
    )
    noted = partial(note_tables, name, settings.data_dir, settings.tables)
    server = _Server(config, app.state.stopping, noted)
    with suppress(KeyboardInterrupt):
        server.run()
    lock.close()
    if not server.started:
        sys.exit(NOT_STARTED)


class _Server(uvicorn.Server):
    """Says when it has started; tells those who wait that the process is to end, before it waits for them."""

    def __init__(
        self, config: uvicorn.Config, stopping: Stopping, started: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._stopping = stopping
        self._on_start = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._stopping.say()
        await super().shutdown(sockets)


def _prompt_callers(unread_s: float) -> type[PromptCallers]:
    """Make the protocol with its bound as set: uvicorn takes a class and makes one for each connection."""
    return type("Callers", (PromptCallers,), {"unread_s": unread_s})


def _sentence(line: Mapping[str, Any]) -> str:
    """Name the setting; what is wrong between two of them names them itself."""
    setting = ".".join(str(part) for part in line["loc"]).upper()
    return f"{setting}: {in_words(line)}" if setting else in_words(line)


def _refusal(name: str, *lines: str) -> int:
    for line in lines:
        sys.stderr.write(f"{name} does not start: {line}\n")
    return 2
