"""A file that comes without a name gets the ending of its type, on whatever machine."""

import mimetypes

import pytest

from contracts.endings import ending_of, type_of

OFFICE = "application/vnd.openxmlformats-officedocument"


@pytest.mark.parametrize(
    ("media_type", "ending"),
    [
        ("image/jpeg", ".jpg"),
        ("image/jpg", ".jpg"),
        ("image/heic", ".heic"),
        ("image/webp", ".webp"),
        ("video/mp4", ".mp4"),
        ("video/quicktime", ".mov"),
        ("video/3gpp", ".3gp"),
        ("audio/ogg", ".ogg"),
        ("application/pdf", ".pdf"),
        (f"{OFFICE}.wordprocessingml.document", ".docx"),
        (f"{OFFICE}.spreadsheetml.sheet", ".xlsx"),
        ("application/vnd.oasis.opendocument.text", ".odt"),
        ("application/xml", ".xml"),
        ("text/markdown", ".md"),
        ("text/plain", ".txt"),
        ("text/plain; charset=utf-8", ".txt"),
        ("Image/JPEG ", ".jpg"),
        ("application/octet-stream", ".bin"),
        ("application/x-nobody-knows", ""),
        ("", ""),
    ],
)
def test_type_has_its_ending(media_type: str, ending: str):
    assert ending_of(media_type) == ending


def test_what_the_machine_knows_of_types_changes_no_name():
    """A container has no ``/etc/mime.types``, so the repeat of an upload after a move got another name."""
    mimetypes.add_type("application/x-of-this-machine", ".local")

    assert ending_of("application/x-of-this-machine") == ""
    assert type_of("plan.local") == "application/octet-stream"


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.JPG", "image/jpeg"),
        ("a.heic", "image/heic"),
        ("a.DOCX", f"{OFFICE}.wordprocessingml.document"),
        ("a.md", "text/markdown"),
        ("a", "application/octet-stream"),
    ],
)
def test_name_has_its_type(name: str, media_type: str):
    assert type_of(name) == media_type
