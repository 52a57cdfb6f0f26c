"""Notices whose photos and files come with the call, as a form."""

import json

import pytest

from tests.notifier.sending import OTHER, PDF, PHOTO, TEXT, put
from tests.notifier.shown import albums, jpeg, photos, shown, texts


async def test_files_of_a_form_are_shown_with_the_text(notifier, group, left):
    answer = await put(notifier, [PHOTO, OTHER, PDF])

    assert answer.json()["status"] == "delivered"
    assert texts(group) == ["📄 Facture", "", ""]
    assert shown(group) == [jpeg(1), jpeg(2), b"%PDF-1 facture"]
    assert albums(group) == [2, 1]
    assert group.messages[2].media.name == "Facture Müller.pdf"
    assert left() == []


async def test_the_notice_may_stand_in_one_field_as_json(notifier, group):
    notice = {"group": "chantier", "text": "<b>Facture</b>", "format": "html"}

    answer = await notifier.post(
        "/notifier/notices?wait=20", data={"notice": json.dumps(notice)}, files=[PHOTO]
    )

    assert answer.status_code == 200
    assert [message.html for message in group.messages] == ["<b>Facture</b>"]


async def test_a_form_takes_a_template(notifier, group):
    told = {"technician": "Jean Keller", "chantier": "Müller", "items": ["cuivre 28mm"]}

    await notifier.put(
        "/notifier/notices/r1?wait=20",
        data={
            "group": "chantier",
            "template": "materiel",
            "data": json.dumps(told),
            "text": "null",
            "silent": "true",
        },
        files=[PHOTO],
    )

    assert texts(group)[0].endswith("🏠 Chantier : Müller\n• cuivre 28mm")
    assert shown(group) == [jpeg(1)]


async def test_an_entry_says_what_a_sent_file_is_and_where_it_stands(
    notifier, storage, group
):
    media = [
        {"upload": "photo.jpg", "kind": "document", "name": "original.jpg"},
        *photos(storage, 1, first=5),
    ]

    await put(notifier, [OTHER, PHOTO], media=json.dumps(media))

    assert sorted(shown(group)) == sorted([jpeg(1), jpeg(5), jpeg(2)])
    assert group.messages[0].media.name == "original.jpg"


async def test_a_photo_without_a_name_is_shown_as_one(notifier, group):
    """Its ending is what tells a photo from a file; this type has one in no table of Python's or the machine's."""
    await put(notifier, [("file", (" ", jpeg(1), "image/jpg"))])

    assert group.messages[0].media.photo is not None


async def test_the_same_form_again_changes_nothing(notifier, group, left):
    first = await put(notifier, [PHOTO, PDF])
    again = await put(notifier, [PHOTO, PDF])

    assert again.json() == first.json()
    assert len(group.messages) == 2
    assert left() == []


async def test_another_file_comes_as_a_further_message(notifier, group):
    await put(notifier, [PHOTO])
    await put(notifier, [PHOTO, OTHER])

    assert shown(group) == [jpeg(1), jpeg(2)]


async def test_an_idempotency_key_counts_the_content_of_files(notifier, group, left):
    async def post(files):
        return await notifier.post(
            "/notifier/notices?wait=20",
            data=TEXT,
            files=files,
            headers={"Idempotency-Key": "n8n-42"},
        )

    first = await post([PHOTO])
    again = await post([PHOTO])
    other = await post([("file", ("photo.jpg", jpeg(9), "image/jpeg"))])

    assert first.json() == again.json()
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert shown(group) == [jpeg(1)]
    assert left() == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"group": "nobody"}, "group"),
        ({"foto": "1"}, "body.foto"),
        ({"media": "[{"}, "body.media"),
        ({"media": '[{"upload": "b.jpg"}]'}, "media.0.upload"),
        ({"notice": "[]"}, "notice"),
        ({"text": "", "template": "fin", "data": "{}"}, "body.data.photos"),
    ],
)
async def test_a_refused_form_leaves_nothing(notifier, group, left, fields, field):
    answer = await put(notifier, [PHOTO], **fields)

    assert answer.status_code == 422
    assert field in {error["field"] for error in answer.json()["errors"]}
    assert group.messages == []
    assert left() == []


async def test_a_field_given_twice_is_refused(notifier, group, left):
    """The last won without a word: of two groups one was told nothing."""
    answer = await put(notifier, [PHOTO, ("group", (None, "sav"))])

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["group"]
    assert group.messages == []
    assert left() == []


async def test_an_empty_file_is_refused(notifier, left):
    answer = await put(notifier, [PHOTO, ("file", ("empty.pdf", b""))])

    assert (answer.status_code, answer.json()["code"]) == (422, "empty_file")
    assert left() == []


async def test_what_is_no_form_is_refused(notifier, left):
    answer = await notifier.put(
        "/notifier/notices/r1",
        content=b"no form",
        headers={"Content-Type": "multipart/form-data; boundary=B"},
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "bad_multipart")
    assert left() == []


async def test_a_form_has_an_end_of_texts_too(notifier, left):
    """Their names are kept as well: without this, 300 MB of them were 300 MB of memory."""
    body = "".join(
        f'--B\r\nContent-Disposition: form-data; name="n{number}"\r\n\r\n\r\n'
        for number in range(1001)
    )

    answer = await notifier.put(
        "/notifier/notices/r1",
        content=f"{body}--B--\r\n",
        headers={"Content-Type": "multipart/form-data; boundary=B"},
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "too_many_texts")
    assert left() == []


async def test_a_notice_elsewhere_takes_no_files(notifier, group, left):
    await put(notifier, [OTHER])

    answer = await put(notifier, [PHOTO], group="sav")

    assert answer.status_code == 409
    assert left() == []
