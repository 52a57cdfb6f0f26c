"""One structured line an event, on standard error, without secrets and without what people wrote."""

import logging
import logging.config
from collections.abc import MutableMapping, Sequence
from typing import Any, Literal

import structlog

from contracts.request_id import current_request_id

_PRIVATE = frozenset(
    {"authorization", "caption", "cookie", "password", "text", "token"}
)
_MIN_SECRET_LENGTH = 6
_CHATTY = ("httpx", "httpcore", "pyrogram", "dbos", "uvicorn")

Event = MutableMapping[str, Any]


class AlreadyLogged(Exception):
    """Raised on by who has logged why, for the server to hang up and say nothing more."""


class _NotYetLogged(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return not (record.exc_info and isinstance(record.exc_info[1], AlreadyLogged))


def configure_logs(
    service: str,
    *,
    level: str,
    form: Literal["json", "console"],
    secrets: Sequence[str] = (),
) -> None:
    """
    Send all logging of this process through one formatter.

    Args:
        service: Stands in each line.
        level: Of our own loggers; libraries that chat are kept to warnings.
        form: ``json`` for machines, ``console`` for people.
        secrets: Values that become ``***`` wherever they appear, tracebacks included.
    """
    hidden = tuple(secret for secret in secrets if len(secret) >= _MIN_SECRET_LENGTH)

    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else _console()
    )

    def rendered(logger: object, name: str, event: Event) -> str:
        line = str(renderer(logger, name, event))
        for secret in hidden:
            line = line.replace(secret, "***")
        return line

    def named(_logger: object, _name: str, event: Event) -> Event:
        if form == "console":
            return {name: value for name, value in event.items() if name != "logger"}
        event["service"] = service
        if request_id := current_request_id():
            event.setdefault("request_id", request_id)
        return event

    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "line": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": [
                        structlog.stdlib.add_log_level,
                        structlog.stdlib.add_logger_name,
                        structlog.stdlib.ExtraAdder(),
                        structlog.processors.TimeStamper(
                            fmt="iso" if form == "json" else "%H:%M:%S",
                            utc=form == "json",
                        ),
                    ],
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        _without_private,
                        named,
                        structlog.processors.format_exc_info,
                        rendered,
                    ],
                }
            },
            "filters": {"not yet logged": {"()": _NotYetLogged}},
            "handlers": {
                "line": {
                    "class": "logging.StreamHandler",
                    "formatter": "line",
                    "filters": ["not yet logged"],
                }
            },
            "root": {"handlers": ["line"], "level": level},
            "loggers": {name: {"level": "WARNING"} for name in _CHATTY},
        }
    )


def _without_private(_logger: object, _name: str, event: Event) -> Event:
    for name in event.keys() & _PRIVATE:
        event[name] = "***"
    return event


def _console() -> structlog.types.Processor:
    """For people: the time of day, what happened, and what belongs to it."""
    return structlog.dev.ConsoleRenderer(
        colors=False, pad_event_to=0, pad_level=False, sort_keys=False
    )
