"""What a caller is told when the database of a service does not take its request."""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request
from sqlalchemy.exc import DatabaseError, OperationalError
from starlette.responses import Response

from chassis.damaged import is_spoilt
from chassis.problems import on_service_error
from contracts.errors import ServiceError, StorageFull, Unavailable

_POSTGRES_FULL = "53100"
"""Source: PostgreSQL, "Error Codes", class 53."""
_NOT_OURS = ("SQLITE_BUSY", "SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_READONLY")
"""Of SQLite's, which calls a table that is missing operational too. Source: SQLite, "Result and Error Codes"."""


def add_database_problems(
    app: FastAPI,
    answer: Callable[[Request, ServiceError], Awaitable[Response]] = on_service_error,
) -> None:
    """*answer* what is the database's fault as something to send again, not as an error of ours."""

    async def on_database(request: Request, error: Exception) -> Response:
        assert isinstance(error, DatabaseError)
        failure = _failure(error)
        if failure is None:
            raise error
        return await answer(request, failure)

    app.add_exception_handler(DatabaseError, on_database)


def _failure(error: DatabaseError) -> ServiceError | None:
    """Say what is the matter with the database; None where it is our statement."""
    name: str | None = getattr(error.orig, "sqlite_errorname", None)
    if name == "SQLITE_FULL" or getattr(error.orig, "sqlstate", "") == _POSTGRES_FULL:
        return StorageFull(
            "The disk of the service's database is full. Free some of it, then send this again.",
            code="database_full",
        )
    said = str(error.orig).strip().partition("\n")[0]
    if is_spoilt(error.orig):
        return Unavailable(
            f"The service's database is damaged ({said}). Stop the service, restore its last backup, then send this again.",
            code="database_damaged",
        )
    if not isinstance(error, OperationalError):
        return None
    if name is not None and not name.startswith(_NOT_OURS):
        return None
    return Unavailable(
        f"The service's database does not take it ({said}). Send it again.",
        code="database_away",
    )
