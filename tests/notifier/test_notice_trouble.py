"""Notices that Telegram refuses, delays or does not name."""

from tests.notifier.shown import SEVEN, SIX, texts


async def test_what_telegram_will_never_take_fails_with_its_reason(notifier, peer):
    answer = await notifier.put(
        "/notifier/notices/r1?wait=10", json={"group": "sav", "text": "no such group"}
    )

    assert answer.status_code == 200
    assert answer.json()["status"] == "failed"
    assert "ID_INVALID" in answer.json()["last_error"]
    assert answer.json()["attempts"] == 1


async def test_a_failed_notice_is_tried_again_on_demand(notifier, peer):
    await notifier.put(
        "/notifier/notices/r1?wait=10", json={"group": "sav", "text": "🚨"}
    )
    sav = peer.add_group(-5000000003, "SAV")

    answer = await notifier.post("/notifier/notices/r1/retry?wait=10")

    assert answer.json()["status"] == "delivered"
    assert texts(sav) == ["🚨"]


async def test_a_failed_notice_is_tried_again_when_it_is_put_again(notifier, peer):
    body = {"group": "sav", "text": "🚨"}
    await notifier.put("/notifier/notices/r1?wait=10", json=body)
    sav = peer.add_group(-5000000003, "SAV")

    answer = await notifier.put("/notifier/notices/r1?wait=10", json=body)

    assert (answer.json()["status"], answer.json()["revision"]) == ("delivered", 1)
    assert texts(sav) == ["🚨"]


async def test_trouble_that_passes_is_waited_for(notifier, peer, group):
    peer.faults.internal_error("messages.sendMessage", times=7)

    answer = await notifier.put("/notifier/notices/r1?wait=20", json=SIX)

    assert answer.json()["status"] == "delivered"
    assert answer.json()["attempts"] == 2
    assert texts(group) == ["📸 6 photos"]


async def test_a_long_flood_wait_shows_in_the_notice_and_retry_cuts_it_short(
    notifier, peer, group
):
    peer.faults.flood_wait("messages.sendMessage", 3600)
    answer = await notifier.put("/notifier/notices/r1?wait=0.5", json=SIX)
    assert answer.json()["status"] == "queued"
    assert "3600 s" in answer.json()["last_error"]

    answer = await notifier.post("/notifier/notices/r1/retry?wait=10")

    assert answer.json()["status"] == "delivered"


async def test_an_answer_lost_on_the_way_back_doubles_nothing(notifier, peer, group):
    peer.faults.cut_after("messages.sendMessage", times=2)

    answer = await notifier.put("/notifier/notices/r1?wait=20", json=SIX)

    assert answer.json()["message_ids"] == [group.messages[0].id]
    assert texts(group) == ["📸 6 photos"]


async def test_a_message_that_telegram_will_not_name_counts_but_cannot_be_edited(
    notifier, peer, group
):
    peer.faults.random_id_duplicate()
    peer.faults.cut_after("messages.sendMessage")
    first = await notifier.put("/notifier/notices/r1?wait=20", json=SIX)

    second = await notifier.put("/notifier/notices/r1?wait=10", json=SEVEN)

    assert first.json()["status"] == "delivered"
    assert first.json()["message_ids"] == []
    assert second.json()["status"] == "failed"
    assert "cannot be edited" in second.json()["last_error"]
    assert texts(group) == ["📸 6 photos"]
