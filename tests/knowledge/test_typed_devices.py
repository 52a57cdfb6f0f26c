"""Devices as technicians type them, with the real service."""

from tests.knowledge.service import FRONIUS, knowledge, put, search

HUAWEI = "Isolement : la résistance est faible, sécher les connecteurs."


async def test_a_device_typed_with_a_blank_is_the_device(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "huawei", HUAWEI, title="Huawei SUN2000-10KTL-M1")
        await put(http, "fronius", FRONIUS, title="Fronius Symo")
        found = await search(http, "sun 2000 isolement faible")

    assert found["confident"]
    assert found["passages"][0]["document_id"] == "huawei"


async def test_a_device_with_a_name_like_a_code_is_no_code(tmp_path):
    """A report that mentions the EM-2 stands not before the EM-2's own notice."""
    notice = "\n\n".join(
        f"Point {n}\n=======\n\nLe réglage {word} se fait dans le menu."
        for n, word in enumerate(("horloge", "priorité", "délestage", "tarif"), 1)
    )
    async with knowledge(tmp_path) as http:
        await put(http, "em2", notice, title="HomeSun EM-2")
        await put(http, "sav-1", "Le ballon ne chauffe pas avec le EM-2, thermostat.")
        found = await search(http, "em2 horloge")

    assert found["confident"]
    assert found["passages"][0]["document_id"] == "em2"


async def test_a_device_that_nobody_called_a_code_decides_nothing(tmp_path):
    """A report about one WM85 stands not before the notice, and is no answer to whatever is asked of it."""
    async with knowledge(tmp_path) as http:
        report = "# Groupe WM85 chez Meyer\n\nL'alimentation est remplacée."
        await put(http, "sav-1", report, name="sav-1.md")
        notice = "Alimentation du groupe WM85 : câble de 2,5 mm² de section."
        await put(http, "pac", notice, title="Ecodan")
        asked = await search(http, "section cable alim groupe wm85")
        untold = await search(http, "prix wm85")
        called = await search(http, "erreur wm85")

    assert asked["passages"][0]["document_id"] == "pac"
    assert not untold["confident"]
    assert called["confident"]


async def test_a_device_typed_glued_is_found_by_its_words(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "mod", "Il pèse 14 kg.", title="Onduleur MOD 6000TL3-X")
        found = await search(http, "poids mod6000tl3x")

    assert found["confident"]
    assert found["passages"][0]["document_id"] == "mod"
