"""Story: a fault is filed, and its group sees it with the photos, once each."""

import pytest

from demo.home import SAV_GROUP
from tests.together.house import House
from tests.together.story import jpegs, technician
from tests.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_a_fault_is_shown_to_the_sav_group_with_its_photos(house: House):
    jean = technician(house, "Strom", "Ausfall")
    group = house.group(SAV_GROUP)

    await jean.fault("onduleur Fronius affiche erreur 567", jpegs(3, seed=41))
    shown = f"Chantier : {jean.client}\n"
    await until(lambda: any(shown in m.text for m in group.messages), what="the notice")

    notice = next(m for m in group.messages if shown in m.text)
    album = [m for m in group.messages if m.grouped_id == notice.grouped_id]
    assert notice.text.startswith(
        f"🚨 Alerte SAV\n👷 {jean.name}\n🏠 Chantier : Ausfall\n📝 onduleur Fronius affiche erreur 567\n"
        "📸 3 photos → Nextcloud/SAV_Urgent/"
    )
    assert notice.grouped_id is not None
    assert len([m for m in album if m.media is not None]) == 3
