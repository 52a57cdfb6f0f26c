"""*Fin de chantier*, from ``/start`` to the receipt."""

import httpx

from tests.gateway.house import House


async def test_an_album_becomes_files_a_card_a_notice_and_a_receipt(
    house: House, gateway: httpx.AsyncClient
):
    sent = house.photos(8)
    await house.choose_chantier()

    await house.jean.send_album(sent, caption="Pose terminée")
    await house.jean.sees("📥 8 photos reçues — Müller")
    await house.submit()

    folder = "Chantiers/20260325_Müller/30_Photos_Chantier"
    files = house.files()
    assert sorted(files.values()) == sorted(sent)
    assert {path.rpartition("/")[0] for path in files} == {folder}
    assert [path.rpartition("/")[2][:9] for path in sorted(files)] == [
        f"photo_{n:02d}_"[:9] for n in range(1, 9)
    ]
    [card] = house.nextcloud.cards()
    assert (card["board"], card["stack"]) == ("ETM Chantiers", "Fin de Chantier")
    assert "Pose terminée" in card["description"]
    assert house.notifier.texts == [
        "✅ Fin de chantier\n👷 Jean Keller\n🏠 Chantier : Müller\n"
        f"📸 8 photos archivées → Nextcloud/{folder}/\n"
        "💶 Tu peux préparer la facture finale."
    ]
