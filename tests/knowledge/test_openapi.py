"""The OpenAPI document, believed: whatever it allows gets no 5xx, and every answer is as it says."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from knowledge.app import create_app
from knowledge.settings import KnowledgeSettings
from tests.peers.nextcloud.serving import served

EXAMPLES = 12


@contextmanager
def served_in_thread(folder: Path) -> Iterator[str]:
    """Serve the service from a loop of its own, as the caller here is not asynchronous."""
    url: list[str] = []
    ready, over = threading.Event(), threading.Event()
    made = KnowledgeSettings(
        data_dir=folder, knowledge_model_dir=folder / "none", _env_file=None
    )

    async def serve() -> None:
        app = create_app(made)
        async with app.router.lifespan_context(app), served(app, "127.0.0.1", 0) as at:
            url.append(at)
            ready.set()
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        assert ready.wait(20)
        yield url[0]
    finally:
        over.set()
        thread.join()


# What runs in the other thread uses the random module; hypothesis takes it for the strategies'.
@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisDeprecationWarning")
def test_no_allowed_request_breaks_the_service_or_its_word(tmp_path: Path):
    checks = [
        not_a_server_error,
        status_code_conformance,
        content_type_conformance,
        response_schema_conformance,
    ]
    with served_in_thread(tmp_path) as url:
        schema = schemathesis.openapi.from_url(f"{url}/knowledge/openapi.json")
        operations = [
            one.ok() for one in schema.get_all_operations() if isinstance(one, Ok)
        ]
        for operation in operations:

            @settings(
                max_examples=EXAMPLES,
                deadline=None,
                derandomize=True,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy())
            def require_no_breach(case: schemathesis.Case) -> None:
                case.query = {
                    k: v for k, v in (case.query or {}).items() if k != "wait"
                }
                case.call_and_validate(checks=checks, timeout=20)

            require_no_breach()

    assert len(operations) >= 12
