"""What a caller asks of the notifier, and what the group then reads."""

import asyncio

import pytest

from notifier.app import create_app

SIX = {"group": "chantier", "text": "📸 6 photos"}
SEVEN = {"group": "chantier", "text": "📸 7 photos"}


@pytest.fixture
async def notifier(settings, running):
    async with running(create_app(settings)) as http:
        yield http


async def test_a_notice_is_posted_and_its_message_told(notifier, group):
    answer = await notifier.put("/notifier/notices/r1?wait=10", json=SIX)

    assert answer.status_code == 200
    assert answer.json()["status"] == "delivered"
    [message] = group.messages
    assert message.text == "📸 6 photos"
    assert answer.json()["message_ids"] == [message.id]
