"""Notices with photos, asked for again: what is new is shown, once."""

from tests.notifier.shown import albums, jpeg, photos, put, shown, texts
from tests.waiting import until


async def test_the_same_again_changes_nothing(notifier, storage, group):
    media = photos(storage, 3)
    first = await put(notifier, media)
    again = await put(notifier, [*media, media[0]])

    assert again == first
    assert len(group.messages) == 3


async def test_another_text_edits_the_caption(notifier, storage, group):
    media = photos(storage, 2)
    await put(notifier, media)
    notice = await put(notifier, media, text="🚨 Alerte SAV, 2 photos")

    assert texts(group) == ["🚨 Alerte SAV, 2 photos", ""]
    assert (notice["status"], notice["revision"]) == ("delivered", 2)


async def test_late_photos_come_as_a_further_album(notifier, storage, group):
    early = photos(storage, 2)
    await put(notifier, early)
    late = photos(storage, 2, first=3)
    notice = await put(notifier, [late[0], *early, late[1]], text="4 photos")

    assert albums(group) == [2, 2]
    assert shown(group) == [jpeg(n) for n in range(1, 5)]
    assert texts(group) == ["4 photos", "", "", ""]
    assert notice["message_ids"] == [message.id for message in group.messages]


async def test_photos_of_a_text_that_stands_alone_follow_it(notifier, storage, group):
    await put(notifier, [])
    notice = await put(notifier, photos(storage, 1))

    assert texts(group) == ["🚨 Alerte SAV", ""]
    assert notice["status"] == "delivered"


async def test_what_is_no_longer_asked_for_stays(notifier, storage, group):
    media = photos(storage, 2)
    await put(notifier, media)
    await put(notifier, media[:1])
    await put(notifier, media)

    assert len(group.messages) == 2


async def test_a_caption_that_is_outgrown_becomes_a_message(notifier, storage, group):
    media = photos(storage, 2)
    await put(notifier, media)
    await put(notifier, media, text="y" * 1500)
    notice = await put(notifier, media, text="z" * 1500)

    assert texts(group) == ["", "", "z" * 1500]
    assert notice["message_ids"][0] == group.messages[2].id
    assert sorted(notice["message_ids"]) == [message.id for message in group.messages]


async def test_what_outgrows_a_caption_says_the_newest_though_an_older_one_arrived(
    notifier, storage, peer, group
):
    media = photos(storage, 1)
    await put(notifier, media)
    cut = peer.faults.cut_after("messages.sendMessage", times=None)
    older = {"group": "chantier", "text": "y" * 1500, "media": media}
    await notifier.put("/notifier/notices/r1", json=older)

    async def was_tried() -> bool:
        return bool((await notifier.get("/notifier/notices/r1")).json()["last_error"])

    await until(was_tried, what="a try without an answer")
    cut.remove()
    notice = await put(notifier, media, text="z" * 1500)

    assert notice["status"] == "delivered"
    assert texts(group) == ["", "z" * 1500]


async def test_an_idempotency_key_counts_the_media(notifier, storage, group):
    key = {"Idempotency-Key": "n8n-42"}
    body = {"group": "chantier", "text": "x", "media": photos(storage, 1)}
    first = await notifier.post("/notifier/notices?wait=20", json=body, headers=key)
    again = await notifier.post("/notifier/notices?wait=20", json=body, headers=key)
    other = await notifier.post(
        "/notifier/notices",
        json={**body, "media": photos(storage, 2)},
        headers=key,
    )

    assert first.json() == again.json()
    assert other.json()["code"] == "idempotency_key_reused"
    assert len(group.messages) == 1


async def test_a_caption_whose_photo_was_deleted_becomes_a_message(
    notifier, storage, peer, group
):
    media = photos(storage, 2)
    await put(notifier, media)
    await peer.add_user("Eve").delete(group.messages[0])

    corrected = await put(notifier, media, text="🚨 Alerte SAV, corrigée")
    outgrown = await put(notifier, media, text="y" * 1500)

    assert (corrected["status"], outgrown["status"]) == ("delivered", "delivered")
    assert texts(group) == ["", "y" * 1500]


async def test_a_caption_that_is_outgrown_by_a_deleted_photo_becomes_a_message(
    notifier, storage, peer, group
):
    media = photos(storage, 2)
    await put(notifier, media)
    await peer.add_user("Eve").delete(group.messages[0])

    outgrown = await put(notifier, media, text="y" * 1500)

    assert outgrown["status"] == "delivered"
    assert texts(group) == ["", "y" * 1500]
