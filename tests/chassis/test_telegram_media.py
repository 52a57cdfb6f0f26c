"""Photos and files that the bot sends, against a Telegram that speaks MTProto and does not always behave."""

from dataclasses import replace

import pytest

from chassis.telegram.failures import (
    ExpiredReference,
)
from chassis.telegram.media import file_number
from chassis.telegram.sending import Text
from contracts.errors import Rejected
from tests.chassis.telegram_files import jpeg, uploaded


def shades(group) -> list[bytes]:
    return [message.media.read() for message in group.messages]


async def test_a_photo_is_brought_up_and_sent_with_its_caption(telegram, group):
    [item] = await uploaded(telegram, group, 1)
    assert group.messages == []

    ids = await telegram.send_media(group.id, [replace(item, caption=Text("Müller"))])

    [seen] = group.messages
    assert ids == (seen.id,)
    assert (seen.text, seen.media.read()) == ("Müller", jpeg(0))
    assert seen.media.photo is not None


async def test_an_album_is_one_and_its_ids_are_in_order(telegram, group):
    items = await uploaded(telegram, group, 3)

    ids = await telegram.send_media(group.id, items)

    assert list(ids) == [message.id for message in group.messages]
    assert len({message.grouped_id for message in group.messages}) == 1
    assert shades(group) == [jpeg(0), jpeg(1), jpeg(2)]


async def test_an_album_sent_again_is_the_same_album(telegram, group):
    items = await uploaded(telegram, group, 3)

    first = await telegram.send_media(group.id, items)
    again = await telegram.send_media(group.id, items)

    assert (again, len(group.messages)) == (first, 3)


async def test_of_a_partly_known_album_only_the_unknown_is_new(telegram, group):
    items = await uploaded(telegram, group, 3)
    [known] = await telegram.send_media(group.id, items[1:2])

    ids = await telegram.send_media(group.id, items)

    assert ids[1] == known
    assert sorted(shades(group)) == sorted([jpeg(0), jpeg(1), jpeg(2)])


@pytest.mark.parametrize("code", [400, 500])
async def test_an_album_refused_half_way_is_completed_one_by_one(
    telegram, peer, group, code
):
    """Telegram shows the first photo, meets one it knows, and refuses the album as a whole."""
    peer.faults.random_id_duplicate(code)
    items = await uploaded(telegram, group, 3)
    await telegram.send_media(group.id, items[1:2])

    ids = await telegram.send_media(group.id, items)

    assert sorted(shades(group)) == sorted([jpeg(0), jpeg(1), jpeg(2)])
    assert ids[:2] == (None, None)
    assert ids[2] == group.messages[-1].id


async def test_an_answer_lost_on_the_way_back_doubles_no_album(telegram, peer, group):
    items = await uploaded(telegram, group, 2)
    peer.faults.cut_after("messages.sendMultiMedia", times=2)

    ids = await telegram.send_media(group.id, items)

    assert list(ids) == [message.id for message in group.messages]


async def test_an_expired_reference_is_told_apart(telegram, peer, group):
    items = await uploaded(telegram, group, 2)
    peer.faults.expire_file_references()

    with pytest.raises(ExpiredReference):
        await telegram.send_media(group.id, items)
    with pytest.raises(ExpiredReference):
        await telegram.send_media(group.id, items[:1])

    assert group.messages == []


async def test_a_file_has_one_number_in_all_its_file_ids(telegram, peer):
    jean = peer.add_user("Jean")
    sent = await jean.send_photo(jpeg())
    stale = (await telegram.message(jean.id, sent.id)).media
    peer.faults.expire_file_references()
    fresh = (await telegram.message(jean.id, sent.id)).media

    assert stale.file_id != fresh.file_id
    assert file_number(stale.file_id) == file_number(fresh.file_id) == sent.media.id


def test_what_is_no_file_id_is_refused():
    with pytest.raises(Rejected):
        file_number("AgAC-nothing")
