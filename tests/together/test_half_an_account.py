"""``make run`` where somebody filled in a part of an account."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ports import free_port

ROOT = Path(__file__).parent.parent.parent
NAMES = ("GATEWAY", "STORAGE", "KNOWLEDGE", "NOTIFIER")


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"TELEGRAM_API_ID": "1234567"}, "TELEGRAM_BOT_TOKEN"),
        pytest.param(
            {"TELEGRAM_BOT_TOKEN_FILE": "token"},
            "TELEGRAM_API_ID",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            {"NEXTCLOUD_USER": "etm"}, "NEXTCLOUD_URL", marks=pytest.mark.slow
        ),
    ],
)
def test_what_was_forgotten_is_named_and_nothing_is_played_over_it(
    tmp_path: Path, given: dict[str, str], missing: str
):
    (tmp_path / "token").write_text("1:look-alike")
    urls = {f"{name}_URL": f"http://127.0.0.1:{free_port()}" for name in NAMES}
    env = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "DEMO": "once",
        "DEMO_NEXTCLOUD_PORT": str(free_port()),
        **urls,
        **given,
    }

    done = subprocess.run(
        [sys.executable, "-m", "demo"],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 1, done.stdout[-2000:]
    assert f"does not start: {missing}" in done.stdout + done.stderr
