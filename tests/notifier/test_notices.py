"""What a caller asks of the notifier, and what the group then reads."""

import asyncio
import base64

import pytest

from contracts.notices import NoticeRequest
from contracts.notifier_client import NotifierClient
from notifier.app import create_app
from tests.notifier.shown import SEVEN, SIX, texts


async def test_a_notice_is_posted_and_its_message_told(notifier, group):
    answer = await notifier.put("/notifier/notices/r1?wait=10", json=SIX)

    assert answer.status_code == 200
    assert answer.json()["status"] == "delivered"
    [message] = group.messages
    assert message.text == "📸 6 photos"
    assert answer.json()["message_ids"] == [message.id]


async def test_the_answer_does_not_wait_unless_asked_to(notifier, group, peer):
    peer.faults.flood_wait("messages.sendMessage", 1)

    answer = await notifier.put("/notifier/notices/r1", json=SIX)

    assert answer.status_code == 202
    assert (answer.json()["id"], answer.json()["status"]) == ("r1", "queued")
    await group.sees("6 photos")


async def test_the_client_of_the_contract_is_understood(notifier, group):
    client = NotifierClient(notifier)

    notice = await client.put_notice("r1", NoticeRequest(**SIX), wait_s=10)

    assert notice.message_ids == (group.messages[0].id,)
    assert await client.notice("r1") == notice


async def test_the_same_notice_again_changes_nothing(notifier, group):
    first = await notifier.put("/notifier/notices/r1?wait=10", json=SIX)
    again = await notifier.put("/notifier/notices/r1?wait=10", json=SIX)

    assert again.json() == first.json()
    assert texts(group) == ["📸 6 photos"]


async def test_another_text_edits_the_message(notifier, group):
    await notifier.put("/notifier/notices/r1?wait=10", json=SIX)
    answer = await notifier.put("/notifier/notices/r1?wait=10", json=SEVEN)

    assert answer.json()["revision"] == 2
    assert answer.json()["edited_at"] is not None
    assert texts(group) == ["📸 7 photos"]


async def test_many_at_once_make_one_message_with_the_newest_text(notifier, group):
    last = {"group": "chantier", "text": "📸 25 photos"}
    await asyncio.gather(
        *(
            notifier.put(
                "/notifier/notices/r1",
                json={"group": "chantier", "text": f"📸 {count} photos"},
            )
            for count in range(1, 25)
        )
    )
    answer = await notifier.put("/notifier/notices/r1?wait=10", json=last)

    assert answer.json()["status"] == "delivered"
    assert texts(group) == ["📸 25 photos"]


async def test_html_is_read_where_the_caller_says_so(notifier, group):
    signs = " < 5" * 21  # no tags, as which so many would be refused
    await notifier.put(
        "/notifier/notices/r1?wait=10",
        json={"group": "chantier", "text": f"<b>Müller</b>{signs}", "format": "html"},
    )
    await notifier.put(
        "/notifier/notices/r2?wait=10",
        json={"group": "chantier", "text": "<b>Müller</b>"},
    )

    assert texts(group) == [f"Müller{signs}", "<b>Müller</b>"]


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        (
            "https://e.org/?a=1&timestamp=2&amp;section=3",
            "https://e.org/?a=1&amp;timestamp=2&amp;section=3",
        ),
        (
            '<a href="https://e.org/?a=1&section=2&amp;region=3">l</a>',
            '<a href="https://e.org/?a=1&amp;section=2&amp;region=3">l</a>',
        ),
        ("&amp;lt;b&amp;gt; &eacute;", "&amp;lt;b&amp;gt; é"),
        ("<b>&#128119; a</b> <i>b</i>", "<b>👷 a</b> <i>b</i>"),
    ],
    ids=["address", "link", "twice", "emoji by number"],
)
async def test_html_shows_the_characters_that_it_names(notifier, group, html, shown):
    """A time in an address was "×tamp", and after an emoji by its number each mark stood one character too early."""
    body = {"group": "chantier", "text": html, "format": "html"}

    await notifier.put("/notifier/notices/r1?wait=10", json=body)

    assert [message.html for message in group.messages] == [shown]


async def test_a_silent_notice_rings_nowhere(notifier, group):
    await notifier.put("/notifier/notices/r1?wait=10", json={**SIX, "silent": True})

    assert group.messages[0].silent


@pytest.mark.parametrize(
    "html",
    [
        '<a href="tg://user?id=1">Jean</a>',
        "<a href>x</a>",
        '<tg-emoji emoji-id="abc">x</tg-emoji>',
        '<tg-emoji emoji-id="99999999999999999999">x</tg-emoji>',
        "<tg-time>x</tg-time>",
        "<pre language>x</pre>",
        "<![x[y]]>",
        "<b>x</b>" * 251,  # these three took seconds to read
        "<a " * 21,
        "x" + " " * 501 + "x",
    ],
)
async def test_html_that_cannot_be_sent_is_refused_at_once(notifier, group, html):
    """It was an error of ours, or was tried for ever without a word."""
    body = {"group": "chantier", "text": html, "format": "html"}

    answer = await notifier.put("/notifier/notices/r1", json=body)

    assert (answer.status_code, answer.json()["code"]) == (422, "bad_html")
    assert (await notifier.get("/notifier/notices/r1")).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"group": "nobody", "text": "x"},
        {"chat_id": -5000000099, "text": "x"},
        {"group": "chantier", "text": "x" * 4097},
        {"group": "chantier", "text": "<b></b>", "format": "html"},
        {"group": "chantier", "text": "x", "chat_id": -5000000001},
        {"text": "x"},
        {"group": "chantier", "text": "x", "topic_id": 2**31},
        {"group": "chantier", "text": "x\0"},
        {"group": "chantier", "text": "x", "media": [{"path": "a\0"}]},
    ],
)
async def test_what_cannot_be_delivered_is_refused_at_once(notifier, group, body):
    answer = await notifier.put("/notifier/notices/r1", json=body)

    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert (await notifier.get("/notifier/notices/r1")).status_code == 404
    assert group.messages == []


async def test_a_long_html_text_counts_without_its_tags(notifier, group):
    body = {"group": "chantier", "text": "<i>" + "x" * 4096 + "</i>", "format": "html"}

    answer = await notifier.put("/notifier/notices/r1?wait=10", json=body)

    assert answer.json()["status"] == "delivered"


async def test_a_notice_does_not_move_to_another_group(notifier, group):
    await notifier.put("/notifier/notices/r1?wait=10", json=SIX)

    answer = await notifier.put(
        "/notifier/notices/r1", json={"group": "sav", "text": "elsewhere"}
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "notice_elsewhere")
    assert texts(group) == ["📸 6 photos"]


async def test_an_idempotency_key_makes_one_notice(notifier, group):
    key = {"Idempotency-Key": "n8n-42"}
    first = await notifier.post("/notifier/notices?wait=10", json=SIX, headers=key)
    again = await notifier.post("/notifier/notices?wait=10", json=SIX, headers=key)
    other = await notifier.post("/notifier/notices", json=SEVEN, headers=key)

    assert first.json() == again.json()
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert texts(group) == ["📸 6 photos"]


async def test_posts_without_a_key_are_notices_of_their_own(notifier, group):
    await notifier.post("/notifier/notices?wait=10", json=SIX)
    await notifier.post("/notifier/notices?wait=10", json=SIX)

    assert len(group.messages) == 2


async def test_notices_are_listed_newest_first_page_by_page(notifier, group):
    for number in range(5):
        await notifier.put(f"/notifier/notices/r{number}?wait=10", json=SIX)

    first = (await notifier.get("/notifier/notices?limit=3")).json()
    second = (
        await notifier.get(f"/notifier/notices?limit=3&cursor={first['next']}")
    ).json()

    ids = [item["id"] for item in first["items"] + second["items"]]
    assert ids == ["r4", "r3", "r2", "r1", "r0"]
    assert second["next"] is None


async def test_notices_are_listed_by_status_and_bare(notifier, group):
    await notifier.put("/notifier/notices/good?wait=10", json=SIX)
    await notifier.put(
        "/notifier/notices/bad?wait=10", json={"group": "sav", "text": "x"}
    )

    failed = await notifier.get("/notifier/notices?status=failed&shape=items")

    assert [item["id"] for item in failed.json()] == ["bad"]


@pytest.mark.parametrize("said", ["nothing", "[" * 3000])
async def test_a_made_up_cursor_is_refused(notifier, said):
    cursor = base64.urlsafe_b64encode(said.encode()).decode()

    answer = await notifier.get("/notifier/notices", params={"cursor": cursor})

    assert (answer.status_code, answer.json()["code"]) == (422, "bad_cursor")


async def test_readiness_counts_what_waits(settings, storage, running, group):
    async with running(create_app(settings)) as notifier:
        await notifier.put(
            "/notifier/notices/bad?wait=10", json={"group": "sav", "text": "x"}
        )
        ready = await notifier.get("/readyz")

    assert ready.status_code == 200
    assert (
        ready.json()["checks"]["notices"]["detail"]
        == "0 queued, 1 failed, 0 incomplete"
    )
    assert ready.json()["checks"]["telegram"]["detail"].startswith("@etm_bot")


async def test_readiness_says_that_storage_is_not_there(notifier):
    ready = await notifier.get("/readyz")

    assert ready.status_code == 503
    assert not ready.json()["checks"]["storage"]["ok"]
    assert ready.json()["checks"]["telegram"]["ok"]
    assert ready.json()["checks"]["own_disk"] == {"ok": True, "detail": "writable"}


async def test_notices_outlive_the_process(settings, running, peer, group):
    peer.faults.flood_wait("messages.sendMessage", 3600)
    async with running(create_app(settings)) as http:
        await http.put("/notifier/notices/r1?wait=1", json=SIX)
    assert group.messages == []

    async with running(create_app(settings)):
        await group.sees("6 photos")

    assert texts(group) == ["📸 6 photos"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"text": "x"}, "body: give either group or chat_id"),
        ({"group": "sav", "texte": "x"}, "body.texte: there is no such field"),
        ({"group": "sav", "template": "fin"}, "body.data.photos: is required"),
        ({"group": "sav", "text": "x", "media": {}}, "body.media: has to be a list"),
        ({"group": "sav", "text": "x", "media": [7]}, "body.media.0: has to be an obj"),
        ({"group": "sav", "text": ""}, "body.text: is too short: at least 1, not 0"),
        ({"group": "sav", "text": "x" * 20_000}, "at most 16384, not 20000"),
    ],
)
async def test_a_wrong_notice_is_told_in_words_that_are_not_pythons(
    notifier, wrong, said
):
    answer = await notifier.put("/notifier/notices/r1", json=wrong)

    assert answer.status_code == 422
    assert said in answer.json()["detail"]
