"""What of the words before a chantier was chosen is the report's."""

from datetime import UTC, datetime

import pytest

from contracts.actions import Action
from gateway.chat_states import ChatState, Step
from gateway.choosing import take
from gateway.menus import Choice
from gateway.offers import Offer
from gateway.received import Received

MUELLER = Choice("20260101_Müller", "Müller", "Müller")


@pytest.mark.parametrize(
    ("kept", "noted"),
    [("muler / onduleur HS", ["onduleur HS"]), ("onduleur HS", [])],
    ids=["as now", "without its name, as before an upgrade"],
)
def test_what_was_asked_about_loses_its_chantier_once(kept, noted):
    told = (Received(1, 2, datetime.now(UTC), text=kept),)
    asked = Offer("a", 1, (MUELLER,), typed="muler", message_id=2)
    state = ChatState(1, Step.CHOOSING, Action.SAV, offer="a", report_id="r")

    turn = take(state, MUELLER, None, told, asked)

    assert [(note.text, note.report_id) for note in turn.notes] == [
        (text, None) for text in noted
    ]
