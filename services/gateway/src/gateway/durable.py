"""
Durable work: functions that go on where they were after a crash, on DBOS.

A piece of work has an id made from its content; starting it twice is one piece of work. Inside it each `step` that
has ended is on disk with its result and is not run again; the step that a kill interrupted is. What is corrected
later (a late photo, another text) is new work under the next *revision*: ``work_id("-5000000001-7", 2)``.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO, Any, TypeVar

from dbos import DBOS, DBOSConfig, SetWorkflowID, WorkflowHandleAsync
from sqlalchemy import URL

from chassis.database import when_there
from chassis.locks import held
from chassis.moving import NotMoved
from chassis.patience import OnFailure, Patience
from chassis.tasks import stop
from gateway.durable_json import JSONSerializer

JSON = None | bool | int | float | str | list["JSON"] | dict[str, "JSON"]
Work = Callable[..., Awaitable[JSON]]
StepResult = TypeVar("StepResult")

VERSION = "1"
"""Changed only when the order of steps of a kind of work changes: work of another version waits for that version."""
ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
MAX_THREADS = 16
_FILE = "gateway-work.sqlite"
RESULT_POLL_S = 0.1

logging.getLogger("dbos").addHandler(logging.NullHandler())  # else DBOS adds its own


def work_id(content_id: str, revision: int = 1) -> str:
    """Name the work on a content's *revision*, counted from 1."""
    return content_id if revision == 1 else f"{content_id}@{revision}"


class DurableWork:
    """
    The gateway's durable work. DBOS is one a process, so only one of these is open at a time.

    Register every kind of work with `add` before `open`: what a crash interrupted is taken up again about a second
    after `open`, in this event loop.

    Args:
        url: Of the gateway's database; the work lies beside its tables, in ``gateway-work.sqlite`` or in a schema of its own.
        patience: How `step` waits between tries.
    """

    def __init__(
        self,
        url: URL,
        patience: Patience = Patience(),  # noqa: B008 - frozen
    ) -> None:
        self._url = _work_url(url)
        self._patience = patience
        self._kinds: dict[str, Callable[..., Any]] = {}
        self._registered: dict[str, Callable[..., Any]] = {}
        self._running: set[asyncio.Task[Any]] = set()
        self._lock: IO[str] | None = None

    def add(self, kind: str, function: Work) -> None:
        """
        Make *function* known as *kind*.

        It takes and returns JSON values, does everything outside itself in a `step`, and reaches the same steps in
        the same order when run again with the same results.
        """

        async def tracked(*args: JSON) -> JSON:
            task = asyncio.current_task()
            assert task is not None
            self._running.add(task)
            try:
                return await function(*args)
            finally:
                self._running.discard(task)

        tracked.__name__ = tracked.__qualname__ = kind
        self._kinds[kind] = tracked

    async def open(self) -> None:
        """
        Start, and take up what was interrupted.

        Raises:
            AlreadyRunning: Another process has the same SQLite file open.
        """
        if self._url.get_backend_name() == "sqlite":
            self._lock = _locked(Path(str(self._url.database)))
        await when_there(self._url, self._launch)

    async def close(self) -> None:
        """Stop at once; what has not ended goes on at the next `open`."""
        # DBOS warns of each piece of work that is cancelled here: an orderly stop is no news.
        logging.getLogger("dbos").setLevel(logging.ERROR)
        await stop(self._running)
        await _destroy()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    async def start(self, kind: str, id_: str, *args: JSON) -> None:
        """Begin the work *id_* in the background; harmless when it runs already or has ended."""
        with SetWorkflowID(id_):
            await DBOS.start_workflow_async(self._registered[kind], *args)

    async def result(self, id_: str) -> JSON:
        """Wait for the work *id_* to end and return what it returned."""
        handle: WorkflowHandleAsync[JSON] = await DBOS.retrieve_workflow_async(id_)
        return await handle.get_result(polling_interval_sec=RESULT_POLL_S)

    async def step(
        self,
        name: str,
        call: Callable[[], Awaitable[StepResult]],
        *,
        on_failure: OnFailure | None = None,
    ) -> StepResult:
        """
        Do *call* as one step: once it has ended its result (a JSON value) is kept and it is not run again.

        Retryable failures are tried again for as long as it takes, within the step, so a day's outage costs no row.
        So are unforeseen ones (a locked database, a bug): DBOS would end the work for good, and nobody would know.

        Raises:
            ServiceError: One that no other try would change. It is kept like a result.
        """

        async def until_done() -> StepResult:
            return await self._patience.until_sure(call, on_failure=on_failure)

        return await DBOS.run_step_async({"name": name}, until_done)

    async def forget_ended(self, before: datetime, *, at_most: int) -> int:
        """
        Forget work that ended *before* a time, and its steps; started again, its id would be new work.

        Returns:
            How many, *at_most* so many at once.
        """
        ended = await DBOS.list_workflows_async(
            status=ENDED,
            completed_before=before.isoformat(),
            limit=at_most,
            load_input=False,
            load_output=False,
        )
        if ended:
            await DBOS.delete_workflows_async([work.workflow_id for work in ended])
        return len(ended)

    async def _launch(self) -> None:
        DBOS(config=self._config())
        self._registered = {
            kind: DBOS.workflow(name=kind, max_recovery_attempts=None)(function)
            for kind, function in self._kinds.items()
        }
        try:
            DBOS.launch()  # in this thread: DBOS runs recovered work in the loop it was launched in
        except BaseException:
            await _destroy()
            raise

    def _config(self) -> DBOSConfig:
        return DBOSConfig(
            name="gateway",
            system_database_url=self._url.render_as_string(hide_password=False),
            dbos_system_schema="gateway_work",
            application_version=VERSION,
            executor_id="local",
            serializer=JSONSerializer(),
            log_level="WARNING",
            enable_otlp=False,
            max_executor_threads=MAX_THREADS,
            # What `close` waits for; an idle round looks at two empty maps and at no table.
            notification_listener_polling_interval_sec=0.1,
        )


def require_ended(folder: Path) -> None:
    """
    See that no durable work of the stopped gateway is under way, as far as the SQLite file in *folder* tells.

    It is kept in the form of its home, and each home begins anew what it does not know to have ended.

    Raises:
        NotMoved: Some is.

    Source: DBOS 3.4, ``_schemas/system_database.py``, ``workflow_status``.
    """
    path = folder / _FILE
    if not path.is_file():
        return
    with closing(sqlite3.connect(path)) as database:
        (left,) = database.execute(
            "SELECT count(*) FROM workflow_status WHERE status IN ('PENDING', 'ENQUEUED', 'DELAYED')"
        ).fetchone()
    if left:
        raise NotMoved(
            f"{left} works are under way: start the service again without DATABASE_URL, wait until no report is 'filing' "
            "and all steps have ended, then stop it and repeat this"
        )


def _work_url(url: URL) -> URL:
    """Beside the service's tables: a SQLite file of its own, or the same Postgres."""
    if url.get_backend_name() != "sqlite":
        return url
    folder = Path(str(url.database)).parent
    return URL.create("sqlite", database=str(folder / _FILE))


def _locked(path: Path) -> IO[str]:
    lock = held(path.with_suffix(".lock"))
    with sqlite3.connect(path) as database:
        # Stays with the file: one fsync a commit, and readers do not wait.
        database.execute("PRAGMA journal_mode = WAL")
    database.close()
    return lock


async def _destroy() -> None:
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1) as thread:
        await loop.run_in_executor(thread, partial(DBOS.destroy, destroy_registry=True))
    # DBOS made its own pool the loop's, and has just closed it.
    loop.set_default_executor(ThreadPoolExecutor())
