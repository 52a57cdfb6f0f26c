"""Serving as a process."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

SERVICE = textwrap.dedent(
    """
    from fastapi import FastAPI
    from chassis.server import serve
    from chassis.settings import ServiceSettings

    serve("lamp", ServiceSettings, lambda settings: FastAPI())
    """
)


def test_a_second_process_on_one_data_dir_is_refused_at_once_in_one_line(
    tmp_path: Path,
):
    env = {**os.environ, "DATA_DIR": str(tmp_path), "PORT": "0"}
    start = [sys.executable, "-c", SERVICE]
    first = subprocess.Popen(start, env=env, stderr=subprocess.PIPE, cwd=tmp_path)
    assert first.stderr is not None
    first.stderr.readline()

    second = subprocess.run(
        start,
        check=False,
        env=env,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=20,
    )

    first.terminate()
    first.communicate(timeout=20)
    assert second.returncode == 2
    [line] = second.stderr.splitlines()
    assert line.startswith(
        f"lamp does not start: another process works on {tmp_path}/lamp"
    )
