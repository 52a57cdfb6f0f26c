"""What the bot sends, against a Telegram that speaks MTProto and does not always behave."""

import time

import pytest

from chassis.telegram import Button
from chassis.telegram.sending import random_id
from contracts.errors import Forbidden, NotFound, RateLimited, Rejected
from tests.chassis.telegram_sessions import session


async def test_a_message_is_sent_with_its_buttons(peer, jean, tmp_path):
    await jean.send("/start")
    async with session(peer, tmp_path) as telegram:
        message_id = await telegram.send_text(
            jean.id,
            "Que veux-tu faire ?",
            key="menu-1",
            buttons=((Button("Fin", "fin"),),),
        )

    _, seen = jean.chat
    assert (seen.id, seen.text) == (message_id, "Que veux-tu faire ?")
    assert seen.buttons[0][0].text == "Fin"


async def test_html_becomes_entities(peer, group, tmp_path):
    async with session(peer, tmp_path) as telegram:
        await telegram.send_text(
            group.id, "<b>Müller &amp; Fils</b>", key="n", is_html=True
        )

    [seen] = group.messages
    assert seen.text == "Müller & Fils"
    assert [entity.QUALNAME for entity in seen.entities] == ["types.MessageEntityBold"]


async def test_the_same_key_is_the_same_message(peer, group, tmp_path):
    async with session(peer, tmp_path) as telegram:
        first = await telegram.send_text(group.id, "une fois", key="n1")
        again = await telegram.send_text(group.id, "une fois", key="n1")

    assert first == again
    assert len(group.messages) == 1


@pytest.mark.parametrize("code", [400, 500])
async def test_a_duplicate_refused_counts_as_delivered(peer, group, tmp_path, code):
    peer.faults.random_id_duplicate(code)
    async with session(peer, tmp_path) as telegram:
        await telegram.send_text(group.id, "une fois", key="n1")
        started = time.monotonic()

        assert await telegram.send_text(group.id, "une fois", key="n1") is None

    assert time.monotonic() - started < 5
    assert len(group.messages) == 1


async def test_an_answer_lost_with_its_connection_doubles_nothing(
    peer, group, tmp_path
):
    async with session(peer, tmp_path) as telegram:
        peer.faults.cut_after("messages.sendMessage")

        message_id = await telegram.send_text(group.id, "une fois", key="n1")

    assert [m.id for m in group.messages] == [message_id]


async def test_a_short_flood_wait_is_obeyed_to_the_second(peer, group, tmp_path):
    peer.faults.flood_wait("messages.sendMessage", 1)
    async with session(peer, tmp_path) as telegram:
        started = time.monotonic()

        await telegram.send_text(group.id, "patience", key="n1")

    assert time.monotonic() - started >= 1
    assert len(group.messages) == 1


async def test_a_long_flood_wait_is_said_and_not_slept(peer, group, tmp_path):
    peer.faults.flood_wait("messages.sendMessage", 3600)
    async with session(peer, tmp_path) as telegram:
        with pytest.raises(RateLimited) as refusal:
            await telegram.send_text(group.id, "patience", key="n1")

    assert refusal.value.retry_after_s == 3600
    assert refusal.value.retryable


async def test_server_errors_are_tried_again(peer, group, tmp_path):
    peer.faults.internal_error("messages.sendMessage", times=2)
    async with session(peer, tmp_path) as telegram:
        await telegram.send_text(group.id, "enfin", key="n1")

    assert len(group.messages) == 1


async def test_a_message_is_edited_in_place_and_twice_is_harmless(
    peer, group, tmp_path
):
    async with session(peer, tmp_path) as telegram:
        message_id = await telegram.send_text(group.id, "6 photos", key="n1")
        assert message_id is not None
        await telegram.edit_text(group.id, message_id, "7 photos")
        await telegram.edit_text(group.id, message_id, "7 photos")

    assert [m.text for m in group.messages] == ["7 photos"]


async def test_a_message_loses_its_buttons_and_keeps_its_text(peer, group, tmp_path):
    async with session(peer, tmp_path) as telegram:
        buttons = ((Button("Envoyer", "ok:1"),),)
        message_id = await telegram.send_text(
            group.id, "<6 photos>", key="n1", buttons=buttons
        )
        assert message_id is not None
        assert group.messages[0].labels == ["Envoyer"]
        await telegram.drop_buttons(group.id, message_id)
        await telegram.drop_buttons(group.id, message_id)

    assert [(m.text, m.labels) for m in group.messages] == [("<6 photos>", [])]


async def test_refusals_are_our_errors(peer, jean, group, tmp_path):
    await jean.send("/start")
    async with session(peer, tmp_path) as telegram:
        with pytest.raises(NotFound):
            await telegram.send_text(-5000000009, "nobody", key="n1")
        with pytest.raises(Rejected):
            await telegram.send_text(group.id, "x" * 4097, key="n2")
        jean.block()
        with pytest.raises(Forbidden) as refusal:
            await telegram.send_text(jean.id, "Jean ?", key="n3")

    assert refusal.value.code == "user_is_blocked"


async def test_a_refusal_is_told_in_telegrams_word_also_a_new_one(
    peer, group, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)  # kurigram notes there what is new to it
    peer.faults.error("messages.sendMessage", 403, "CHAT_SEND_NEWS_FORBIDDEN")
    async with session(peer, tmp_path) as telegram:
        with pytest.raises(Forbidden) as refusal:
            await telegram.send_text(group.id, "x", key="n1")

    assert refusal.value.code == "chat_send_news_forbidden"


async def test_a_press_answered_too_late_is_no_error(peer, jean, tmp_path):
    peer.faults.late_answers()
    async with session(peer, tmp_path) as telegram:
        await telegram.answer_press(12345, "trop tard")


def test_a_key_is_63_bits_and_stays_the_same():
    numbers = {random_id(f"notice-{number}") for number in range(1000)}

    assert len(numbers) == 1000
    assert all(0 <= number < 2**63 for number in numbers)
    assert random_id("notice-1") == random_id("notice-1")
