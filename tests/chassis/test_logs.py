import json
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


def logged(form: str) -> str:
    """What the script says on its standard error."""
    return subprocess.run(
        [sys.executable, "-c", SCRIPT.format(form=form)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stderr


@pytest.mark.parametrize("form", ["json", "console"])
def test_neither_secrets_nor_captions_reach_a_log(form):
    said = logged(form)

    assert "album filed" in said
    assert "Traceback" in said
    for private in ("look-alike-secret", "Müller", "chatter"):
        assert private not in said


def test_a_json_line_says_who_and_for_which_request():
    line = json.loads(logged("json").splitlines()[0])

    assert line["service"] == "things"
    assert line["request_id"] == "r-1"
    assert line["report_id"] == "R1"
    assert line["level"] == "info"
