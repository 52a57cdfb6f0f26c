from datetime import UTC, datetime

import pytest

from contracts.actions import Action, new_chantier_name, report_folder

LATE_EVENING = datetime(2026, 3, 25, 23, 30, tzinfo=UTC)  # already the 26th in Paris


@pytest.mark.parametrize(
    ("action", "chantier", "folder"),
    [
        (Action.FIN, "20260325_Müller", "Chantiers/20260325_Müller/30_Photos_Chantier"),
        (Action.SAV, "Müller", "SAV_Urgent/2026-03-26_Müller"),
        (Action.MATERIEL, "Müller", "Logistique/Manquants/Müller"),
        (Action.FIN, "../../etc", "Chantiers/..／..／etc/30_Photos_Chantier"),
    ],
)
def test_each_action_has_its_folder(action, chantier, folder):
    assert str(report_folder(action, chantier, LATE_EVENING)) == folder


def test_a_new_chantier_carries_the_day_in_paris():
    assert new_chantier_name("Müller", LATE_EVENING) == "20260326_Müller"
