"""One file as it comes in."""

from dataclasses import dataclass

from chassis.base64_text import SEND_A_FILE
from contracts.errors import Rejected
from storage.body import Body
from storage.upload_target import UploadParameters


@dataclass(frozen=True)
class SentFile:
    """Its body has to be read, or be whole, before the next one is asked for."""

    filename: str | None
    media_type: str
    body: Body
    wanted: UploadParameters


def no_file(what: str) -> Rejected:
    """Say what came in place of a file, and how one is sent."""
    return Rejected(f"{what} {SEND_A_FILE}", code="no_file")
