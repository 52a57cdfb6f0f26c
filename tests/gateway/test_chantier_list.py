"""The list of chantiers, and the way on without it."""

import asyncio

import httpx

from tests.gateway.house import House


async def test_chantiers_are_offered_newest_first_by_their_label(
    house: House, gateway: httpx.AsyncClient
):
    await house.begin()

    assert (await house.jean.sees("Quel chantier")).labels == [
        "Müller — 25/03/2026",
        "Weber — 11/03/2026",
        "Boulangerie Roth — 24/02/2026",
        "✏️ Autre chantier (saisie manuelle)",
        "❌ Annuler",
    ]


async def test_the_list_is_paged_and_its_data_hold_no_names(
    house: House, gateway: httpx.AsyncClient
):
    for day in range(1, 21):
        house.nextcloud.make_folder(
            f"Chantiers/202601{day:02d}_{'Très long' * 8} {day}"
        )
    await house.begin()
    first = await house.jean.sees("Quel chantier")
    assert len([label for label in first.labels if "/2026" in label]) == 10
    assert "◀ Plus récents" not in first.labels

    await house.jean.press("Plus anciens")
    await house.jean.press("Plus anciens")

    last = await house.jean.sees("Quel chantier")
    assert last.id == first.id
    assert len([label for label in last.labels if "/2026" in label]) == 3
    assert "Plus anciens ▶" not in last.labels
    data = [button.data or b"" for row in last.buttons for button in row]
    assert max(len(one) for one in data) <= 64
    assert not any(b"long" in one for one in data)
    await house.jean.press("02/01/2026")
    await house.jean.sees("Envoie tes photos")


async def test_while_storage_is_down_the_name_is_typed_and_work_goes_on(house: House):
    async with house.gateway(list_wait_s=0.5):
        house.nextcloud.faults.fail(503, times=None)
        await house.begin()
        await house.jean.sees("ne répond pas")

        await house.jean.send("Dupont")

        await house.jean.sees("Dupont\nEnvoie tes photos")


async def test_a_storage_that_is_back_in_a_moment_is_waited_for(
    house: House, gateway: httpx.AsyncClient
):
    house.storage.shut = True
    await house.jean.send("/start")
    pressed = asyncio.create_task(house.jean.press("Fin de chantier"))
    await asyncio.sleep(0.2)

    house.storage.shut = False

    await pressed
    await house.jean.sees("Quel chantier")
