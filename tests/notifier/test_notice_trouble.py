"""Notices that Telegram refuses, delays or does not name."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from chassis.database import open_database, service_url
from chassis.patience import KEPT_TRYING, TRIED_AT_LEAST
from chassis.telegram.failures import TelegramFailed
from notifier.database import metadata, notices
from notifier.delivery import given_up
from tests.notifier.shown import SEVEN, SIX, texts
from tests.waiting import until


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


@pytest.mark.parametrize("media", [False, True])
async def test_a_notice_that_no_group_has_read_goes_where_it_is_put_then(
    notifier, storage, group, *, media: bool
):
    """The group's id was wrong, or changed as the group grew: a report could not be told of any more."""
    if media:
        storage.write("a.txt", b"text")
    body = {"text": "🚨", "media": [{"path": "a.txt"}] if media else []}
    gone = await notifier.put(
        "/notifier/notices/r1?wait=10", json={"group": "sav"} | body
    )

    answer = await notifier.put(
        "/notifier/notices/r1?wait=10", json={"group": "chantier"} | body
    )

    assert gone.json()["status"] == "failed"
    assert (answer.status_code, answer.json()["status"]) == (200, "delivered")
    assert answer.json()["chat_id"] == group.id
    assert sum("🚨" in message.text for message in group.messages) == 1
    assert [m.id for m in group.messages] == answer.json()["message_ids"]


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
    await notifier.put("/notifier/notices/r1", json=SIX)

    async def says_why() -> bool:
        notice = (await notifier.get("/notifier/notices/r1")).json()
        return notice["status"] == "queued" and "3600 s" in (notice["last_error"] or "")

    await until(says_why, what="the wait in the notice")

    answer = await notifier.post("/notifier/notices/r1/retry?wait=10")

    assert answer.json()["status"] == "delivered"


async def test_an_answer_lost_on_the_way_back_doubles_nothing(notifier, peer, group):
    peer.faults.cut_after("messages.sendMessage", times=2)

    answer = await notifier.put("/notifier/notices/r1?wait=20", json=SIX)

    assert answer.json()["message_ids"] == [group.messages[0].id]
    assert texts(group) == ["📸 6 photos"]


async def test_what_is_new_in_a_notice_that_was_deleted_is_said_once_more(
    notifier, peer, group
):
    """Somebody tidied the group up; its report failed for good at its next photo."""
    await notifier.put("/notifier/notices/r1?wait=20", json=SIX)
    await peer.add_user("Eve").delete(group.messages[0])
    peer.faults.cut_after("messages.sendMessage", times=2)

    answer = await notifier.put("/notifier/notices/r1?wait=20", json=SEVEN)
    again = await notifier.put("/notifier/notices/r1?wait=20", json=SIX)

    assert (answer.json()["status"], again.json()["status"]) == ("delivered",) * 2
    assert again.json()["message_ids"] == [group.messages[0].id]
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


SEND = "messages.sendMessage"
OLD = KEPT_TRYING + timedelta(minutes=1)


async def missed(notifier, settings, *, age: timedelta, attempts: int) -> None:
    """Have notice r1, which is being missed, be so old and tried so often."""
    await notifier.put("/notifier/notices/r1", json=SIX)
    engine = await open_database(
        service_url(None, settings.data_dir, "notifier"), metadata
    )
    async with engine.begin() as db:
        await db.execute(
            update(notices).values(
                created_at=datetime.now(UTC) - age, attempts=attempts
            )
        )
    await engine.dispose()


async def test_what_telegram_fails_at_for_days_is_given_up_visibly(
    notifier, settings, peer, group
):
    peer.faults.internal_error(SEND, times=None)
    await missed(notifier, settings, age=OLD, attempts=TRIED_AT_LEAST)
    await until(lambda: _has_failed(notifier))

    notice = (await notifier.get("/notifier/notices/r1")).json()
    attention = await notifier.get("/notifier/notices?attention=true")
    ready = await notifier.get("/readyz")

    assert "given up" in notice["last_error"]
    assert "RPC_CALL_FAIL" in notice["last_error"]
    assert [one["id"] for one in attention.json()["items"]] == ["r1"]
    assert "1 failed" in ready.text


@pytest.mark.parametrize(
    ("age", "tries", "is_final"),
    [
        (OLD, TRIED_AT_LEAST, True),
        (OLD, TRIED_AT_LEAST - 1, False),  # a clock that jumps makes anything old
        (timedelta(days=2), 5000, False),
    ],
)
def test_what_is_given_up_is_old_and_was_tried_often(
    age: timedelta, tries: int, *, is_final: bool
):
    error = given_up(datetime.now(UTC) - age, tries, TelegramFailed("answers 500"))

    assert (error is not None) == is_final


async def _has_failed(notifier) -> bool:
    answer = await notifier.get("/notifier/notices/r1")
    return bool(answer.json()["status"] == "failed")
