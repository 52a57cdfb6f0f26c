import json
import logging
import subprocess
import sys

import pytest

SCRIPT = """
import logging
from chassis.logs import configure_logs
from contracts.request_id import remember_request_id
configure_logs("things", level="INFO", form={form!r}, secrets=("look-alike-secret",))
remember_request_id("r-1")
log = logging.getLogger("things.albums")
log.info("album filed", extra={{"report_id": "R1", "photos": 3, "caption": "chez Müller"}})
log.info("look-alike-secret in a sentence")
try:
    raise ValueError("look-alike-secret")
except ValueError:
    log.exception("with a traceback")
logging.getLogger("httpx").info("chatter")
"""


@pytest.mark.parametrize("form", ["json", "console"])
def test_neither_secrets_nor_captions_reach_a_log(form):
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(form=form)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert "album filed" in run.stderr
    assert "Traceback" in run.stderr
    for private in ("look-alike-secret", "Müller", "chatter"):
        assert private not in run.stderr


def test_a_json_line_says_who_and_for_which_request():
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(form="json")],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    line = json.loads(run.stderr.splitlines()[0])
    assert line["service"] == "things"
    assert line["request_id"] == "r-1"
    assert line["report_id"] == "R1"
    assert line["level"] == logging.getLevelName(logging.INFO).lower()
