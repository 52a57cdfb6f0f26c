"""What is said of a report, however much its technician wrote."""

from datetime import UTC, datetime

from chassis.json_bodies import require_few_values
from chassis.large_bodies import MAX_BODY_BYTES
from contracts.actions import Action
from contracts.reports import ReportStatus
from gateway import announcements
from gateway.received import Received
from gateway.reports import ReportRecord

NOW = datetime(2026, 3, 25, 14, 32, tzinfo=UTC)
RECORD = ReportRecord(
    report_id="20260325-abcdefgh",
    chat_id=1,
    technician="Jean Keller",
    action=Action.MATERIEL,
    chantier="Müller",
    client="Müller",
    folder="Logistique/Manquants/Müller",
    folder_url="",
    status=ReportStatus.FILING,
    revision=1,
    late=False,
    closed_by=None,
    progress_message_id=None,
    opened_at=NOW,
    closed_at=NOW,
    filed_at=None,
)


def test_list_of_long_items_makes_a_notice_that_the_notifier_takes():
    rows = [Received(1, number, NOW, text="- " + "é" * 4000) for number in range(200)]

    body = announcements.notice(RECORD, rows).model_dump_json().encode()

    assert len(body) <= MAX_BODY_BYTES
    require_few_values(body)
