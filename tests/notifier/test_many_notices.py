"""Many notices that wait: no group is stormed, none holds up another, and each reads them in their order."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from chassis.database import open_database, service_url
from chassis.patience import KEPT_TRYING, TRIED_AT_LEAST
from notifier.app import create_app
from notifier.database import metadata, notices
from tests.notifier.sending import put as put_files
from tests.notifier.shown import jpeg, shown, texts
from tests.waiting import until

pytestmark = pytest.mark.slow

SEND = "messages.sendMessage"


@pytest.fixture
def sav(peer):
    return peer.add_group(-5000000003, "SAV")


async def ask(notifier, ids, group: str = "chantier") -> None:
    for one in ids:
        body = {"group": group, "text": one}
        answer = await notifier.put(f"/notifier/notices/{one}", json=body)
        assert answer.status_code == 202


async def was_missed(notifier, notice_id: str) -> bool:
    answer = await notifier.get(f"/notifier/notices/{notice_id}")
    return bool(answer.json()["attempts"])


def to_chantier(query) -> bool:
    return bool(query.peer.chat_id == 5000000001)


def named(count: int) -> list[str]:
    return [f"n{number:03}" for number in range(count)]


async def test_what_waited_for_telegram_comes_in_the_order_it_was_asked_for(
    notifier, peer, group
):
    flood = peer.faults.flood_wait(SEND, 1, times=2)
    await ask(notifier, named(40))
    await group.sees("n039")

    assert flood.struck == 2
    assert texts(group) == named(40)


async def test_what_met_the_end_of_an_outage_is_not_sent_last(notifier, peer, group):
    outage = peer.faults.internal_error(SEND, times=None)
    await ask(notifier, named(40))
    await peer.until(lambda: outage.struck > 6)

    outage.remove()
    await peer.until(lambda: len(group.messages) == 40)

    late = [texts(group).index(one) - number for number, one in enumerate(named(40))]
    assert max(late) <= 1


async def test_what_waited_across_a_restart_comes_in_its_order_too(
    settings, running, peer, group
):
    outage = peer.faults.internal_error(SEND, times=None)
    async with running(create_app(settings)) as notifier:
        await ask(notifier, named(40))

    outage.remove()
    async with running(create_app(settings)):
        await group.sees("n039")

    assert texts(group) == named(40)


async def test_a_flooded_group_is_asked_once_however_many_notices_wait(
    notifier, peer, group, sav
):
    flood = peer.faults.flood_wait(SEND, 3600, times=None, only=to_chantier)

    await ask(notifier, named(40))
    await ask(notifier, ["other"], group="sav")
    await sav.sees("other")

    assert flood.struck == 1


async def test_a_short_flood_wait_of_one_group_holds_up_no_other(
    notifier, peer, group, sav
):
    flood = peer.faults.flood_wait(SEND, 25, times=None, only=to_chantier)
    await ask(notifier, named(20))
    await peer.until(lambda: flood.struck)

    answer = await notifier.put(
        "/notifier/notices/other?wait=5", json={"group": "sav", "text": "other"}
    )

    assert answer.json()["status"] == "delivered"


async def test_a_retry_ends_the_wait_of_the_whole_group(notifier, peer, group):
    flood = peer.faults.flood_wait(SEND, 3600, times=None)
    await ask(notifier, named(10))
    await peer.until(lambda: flood.struck)
    flood.remove()

    answer = await notifier.post("/notifier/notices/n009/retry?wait=10")

    assert answer.json()["status"] == "delivered"
    assert texts(group) == named(10)


async def test_what_telegram_never_takes_keeps_no_other_back(notifier, peer, group):
    """Four of them held their group for ever."""
    bad = set(named(4))
    outage = peer.faults.internal_error(
        SEND, times=None, only=lambda query: query.message in bad
    )
    await ask(notifier, named(6))
    await group.sees("n005")
    await ask(notifier, ["late"])
    await group.sees("late")
    assert texts(group) == [*named(6)[4:], "late"]

    outage.remove()
    await peer.until(lambda: len(group.messages) == 7)

    assert sorted(texts(group)) == ["late", *named(6)]


async def test_a_new_notice_does_not_wait_for_the_pause_of_older_ones(
    settings, running, peer, group
):
    patient = settings.model_copy(update={"retry_first_s": 600.0})
    async with running(create_app(patient)) as notifier:
        peer.faults.internal_error(SEND, times=3)
        await ask(notifier, ["first"])
        await until(lambda: was_missed(notifier, "first"))

        await ask(notifier, ["second"])
        await peer.until(lambda: len(group.messages) == 2)


async def test_files_on_their_way_hold_up_no_text(notifier, peer, group):
    slow = peer.faults.flood_wait("upload.saveFilePart", 25, times=None)
    for number in range(10):
        await put_files(
            notifier, [("f", ("a.jpg", jpeg(number)))], f"f{number}", wait_s=0
        )
    await peer.until(lambda: slow.struck >= 2)

    answer = await notifier.put(
        "/notifier/notices/r1?wait=5", json={"group": "chantier", "text": "text"}
    )

    assert answer.json()["status"] == "delivered"


async def test_while_no_file_can_be_brought_up_the_texts_of_all_go(
    notifier, peer, group
):
    flood = peer.faults.flood_wait("upload.saveFilePart", 3600, times=None)
    await asyncio.gather(
        *(
            put_files(
                notifier,
                [("f", ("a.jpg", jpeg(number)))],
                f"f{number:02}",
                text=f"f{number:02}",
                wait_s=0,
            )
            for number in range(30)
        )
    )
    await peer.until(lambda: len(group.messages) == 30)
    # One try each of those that were on their way when Telegram asked to wait.
    assert flood.struck <= 10

    flood.remove()
    await notifier.post("/notifier/notices/f00/retry?wait=20")
    await peer.until(lambda: len(shown(group)) == 30)

    assert sorted(shown(group)) == sorted(jpeg(number) for number in range(30))


async def test_photos_that_telegram_never_takes_keep_no_other_back(
    notifier, peer, group
):
    bad = {f"f{number}" for number in range(4)}
    peer.faults.internal_error(
        "messages.sendMedia", times=None, only=lambda query: query.message in bad
    )
    for number in range(6):
        await put_files(
            notifier,
            [("f", ("a.jpg", jpeg(number)))],
            f"f{number}",
            text=f"f{number}",
            wait_s=0,
        )
    await peer.until(lambda: len(group.messages) == 2)
    await ask(notifier, ["late"])
    await group.sees("late")

    assert sorted(texts(group)) == ["f4", "f5", "late"]


async def test_days_without_telegram_give_nothing_up(notifier, settings, peer, group):
    outage = peer.faults.cut_before(SEND, times=None)
    await ask(notifier, named(3))
    await age(settings)
    await peer.until(lambda: outage.struck > 12)
    outage.remove()
    await group.sees("n002")

    assert texts(group) == named(3)


async def age(settings) -> None:
    """Have all notices be old, and tried often."""
    url = service_url(None, settings.data_dir, "notifier")
    engine = await open_database(url, metadata)
    async with engine.begin() as db:
        long_ago = datetime.now(UTC) - 2 * KEPT_TRYING
        await db.execute(
            update(notices).values(created_at=long_ago, attempts=TRIED_AT_LEAST)
        )
    await engine.dispose()
