"""An OpenAPI document, believed: whatever it allows gets no 5xx, and every answer is as it says."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings

from tests.peers.serving import served

START_S = 20
EXAMPLES = [5, pytest.param(40, marks=pytest.mark.slow)]
"""How many requests each operation gets: a few each time, many by ``make faults``."""


@contextmanager
def served_in_thread(
    opened: Callable[[], AbstractAsyncContextManager[FastAPI]],
) -> Iterator[str]:
    """Serve an app from a loop of its own, as the caller here is not asynchronous; yields its URL."""
    url: list[str] = []
    ready, over = threading.Event(), threading.Event()

    async def serve() -> None:
        async with (
            opened() as app,
            app.router.lifespan_context(app),
            served(app, "127.0.0.1", 0) as at,
        ):
            url.append(at)
            ready.set()
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        assert ready.wait(START_S)
        yield url[0]
    finally:
        over.set()
        thread.join()


def operations_kept(
    document_url: str, *, examples: int, unasked: tuple[str, ...] = ()
) -> int:
    """
    Ask each operation of the document *examples* times, in the same way each run; returns how many there are.

    Args:
        unasked: Query parameters that are left out, as they would make the answer wait.
    """
    # Here, as each process that collects the tests would pay for it.
    import schemathesis
    from schemathesis.checks import not_a_server_error
    from schemathesis.core.result import Ok
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

    checks = [
        not_a_server_error,
        status_code_conformance,
        content_type_conformance,
        response_schema_conformance,
    ]
    schema = schemathesis.openapi.from_url(document_url)
    operations = [
        one.ok() for one in schema.get_all_operations() if isinstance(one, Ok)
    ]
    for operation in operations:

        @settings(
            max_examples=examples,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def require_no_breach(case: schemathesis.Case) -> None:
            query = case.query or {}
            case.query = {name: query[name] for name in query if name not in unasked}
            case.call_and_validate(checks=checks, timeout=20)

        require_no_breach()
    return len(operations)
