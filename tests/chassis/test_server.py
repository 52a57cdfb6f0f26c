"""Serving as a process."""

import os
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path

import psutil
import pytest

from chassis.server import NOT_STARTED
from tests.ports import free_port

SERVICE = textwrap.dedent(
    """
    from contextlib import asynccontextmanager

    from chassis.app import service_app
    from chassis.server import serve
    from chassis.settings import ServiceSettings

    @asynccontextmanager
    async def lifespan(app):
        yield

    def lamp(settings):
        return service_app("lamp", settings, lifespan=lifespan, routers=(), checks={})

    serve("lamp", ServiceSettings, lamp)
    """
)


def ended(script: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run *script* in *folder*, which has its data, to its end."""
    return subprocess.run(
        [sys.executable, "-c", script],
        check=False,
        env={**os.environ, "DATA_DIR": str(folder), "PORT": "0"},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=20,
    )


def test_a_second_process_on_one_data_dir_is_refused_at_once_in_one_line(
    tmp_path: Path,
):
    env = {**os.environ, "DATA_DIR": str(tmp_path), "PORT": "0"}
    start = [sys.executable, "-c", SERVICE]
    first = subprocess.Popen(start, env=env, stderr=subprocess.PIPE, cwd=tmp_path)
    assert first.stderr is not None
    first.stderr.readline()

    second = ended(SERVICE, tmp_path)

    first.terminate()
    first.communicate(timeout=20)
    assert second.returncode == 2
    [line] = second.stderr.splitlines()
    assert line.startswith(
        f"lamp does not start: another process works on {tmp_path}/lamp"
    )


TWO_SETTINGS = textwrap.dedent(
    """
    from fastapi import FastAPI
    from pydantic import model_validator
    from chassis.server import serve
    from chassis.settings import ServiceSettings

    class Lamp(ServiceSettings):
        @model_validator(mode="after")
        def _both(self):
            raise ValueError("HOST needs its PORT")

    serve("lamp", Lamp, lambda settings: FastAPI())
    """
)


def test_settings_that_do_not_go_together_are_told_in_a_sentence(tmp_path: Path):
    process = ended(TWO_SETTINGS, tmp_path)

    assert process.returncode == 2
    assert process.stderr == "lamp does not start: HOST needs its PORT\n"


PUT = b"PUT /x HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
ENDLESS = {
    "request line": (b"GET /", b"a"),
    "header": (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: ", b"a"),
    "headers": (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n", b"X-A: a\r\n"),
    "chunk extension": (PUT + b"1;", b"a"),
    "trailer": (PUT + b"1\r\na\r\n0\r\nX-A: ", b"a"),
}


def test_a_start_that_fails_is_not_told_as_an_answer_that_broke_off(tmp_path: Path):
    """As of knowledge, whose catalogue is damaged."""
    failing = SERVICE.replace(
        "    yield\n", "    raise NotFound('no lamp')\n    yield\n"
    )

    process = ended(f"from contracts.errors import NotFound\n{failing}", tmp_path)

    assert process.returncode == NOT_STARTED
    assert "no lamp" in process.stderr
    assert "answer" not in process.stderr


def test_a_head_without_an_end_is_hung_up_on(tmp_path: Path):
    """It was kept for as long as it came, before any key was asked for."""
    taken_bytes = dict.fromkeys(ENDLESS, 0)
    with _lamp(tmp_path) as (process, port):
        before_bytes = psutil.Process(process.pid).memory_info().rss
        for where, (begun, more) in ENDLESS.items():
            with (
                socket.create_connection(("127.0.0.1", port)) as link,
                suppress(OSError),
            ):
                link.sendall(begun)
                for _ in range(400):
                    link.sendall(more * (100_000 // len(more)))
                    taken_bytes[where] += 100_000
        grown_bytes = psutil.Process(process.pid).memory_info().rss - before_bytes

    assert max(taken_bytes.values()) < 20_000_000, taken_bytes
    assert grown_bytes < 8_000_000


def test_a_long_head_and_a_large_body_are_taken(tmp_path: Path):
    long = b"X-A: " + b"a" * 60_000 + b"\r\n"
    head = PUT.replace(b"\r\n\r\n", b"\r\n" + long + b"\r\n")
    body = (b"10000\r\n" + b"b" * 0x10000 + b"\r\n") * 50 + b"0\r\n\r\n"
    with (
        _lamp(tmp_path) as (_, port),
        socket.create_connection(("127.0.0.1", port)) as link,
    ):
        link.sendall(head + body)
        answer = link.recv(1000)

    assert answer.startswith(b"HTTP/1.1 404")


@pytest.mark.slow
def test_a_connection_that_rested_takes_the_next_request(tmp_path: Path):
    """Closed after five seconds, it met requests of who keeps it longer: a proxy answers these with 502."""
    with (
        _lamp(tmp_path) as (_, port),
        closing(HTTPConnection("127.0.0.1", port)) as link,
    ):
        link.request("GET", "/healthz")
        first = link.getresponse().read()
        was = link.sock
        time.sleep(6)
        link.request("GET", "/healthz")
        second = link.getresponse().read()

        assert first == second
        assert link.sock is was


@contextmanager
def _lamp(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port()
    env = {**os.environ, "DATA_DIR": str(folder), "PORT": str(port)}
    start = [sys.executable, "-c", SERVICE]
    with subprocess.Popen(start, env=env, stderr=subprocess.DEVNULL) as process:
        try:
            _await_listening(port)
            yield process, port
        finally:
            process.terminate()


def _await_listening(port: int) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return
