"""What a file of a report is called."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.names import safe_name
from gateway.file_names import FileKind, file_extension, file_kind, file_name


def test_the_time_of_a_name_is_that_of_paris():
    summer = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)

    assert file_name(FileKind.PHOTO, 12, summer, ".jpg") == (
        "photo_12_20260702_003000.jpg"
    )


@pytest.mark.parametrize(
    ("given_name", "mime_type", "extension"),
    [
        ("IMG_0001.HEIC", "image/heic", ".heic"),
        ("plan.pdf", "application/pdf", ".pdf"),
        ("noextension", "application/pdf", ".pdf"),
        ("evil.p/../x", "video/mp4", ".mp4"),
        ("strange.averylongextension", "application/zip", ".zip"),
        ("", "image/jpeg", ".jpg"),
        ("", "audio/mpeg", ".mp3"),
        ("", "application/x-nobody-knows", ".bin"),
    ],
)
def test_a_document_keeps_its_extension_where_it_is_one(
    given_name: str, mime_type: str, extension: str
):
    assert file_extension(given_name, mime_type) == extension


@given(st.text(), st.text())
def test_no_name_of_a_sender_makes_an_unsafe_one(given_name: str, mime_type: str):
    extension = file_extension(given_name, mime_type)
    at = datetime(2026, 3, 25, tzinfo=UTC)

    name = file_name(file_kind(mime_type), 1, at, extension)

    assert safe_name(name) == name
