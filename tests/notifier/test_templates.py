"""Notices by name: the words are the notifier's, the caller says what he knows."""

import pytest

from tests.notifier.shown import texts

WHO = {"technician": "Jean Keller", "chantier": "Müller"}
FIN = {**WHO, "photos": 6, "folder": "Chantiers/20260325_Müller/30_Photos_Chantier"}
SAV = {
    **WHO,
    "photos": 2,
    "folder": "SAV_Urgent/2026-03-25_Müller",
    "description": "onduleur Fronius affiche erreur 567",
}
MATERIEL = {**WHO, "items": ["cuivre 28mm", "disconnecteur", "soupape anti-gel"]}


def body(template: str, told: object, **more: object) -> dict[str, object]:
    return {"group": "chantier", "template": template, "data": told, **more}


async def put(http, asked: dict[str, object]):
    return await http.put("/notifier/notices/r1?wait=20", json=asked)


@pytest.mark.parametrize(
    ("template", "told", "read"),
    [
        (
            "fin",
            FIN,
            "✅ Fin de chantier\n👷 Jean Keller\n🏠 Chantier : Müller\n"
            "📸 6 photos archivées → Nextcloud/Chantiers/20260325_Müller/30_Photos_Chantier/\n"
            "💶 Tu peux préparer la facture finale.",
        ),
        (
            "sav",
            SAV,
            "🚨 Alerte SAV\n👷 Jean Keller\n🏠 Chantier : Müller\n📝 onduleur Fronius affiche erreur 567\n"
            "📸 2 photos → Nextcloud/SAV_Urgent/2026-03-25_Müller/",
        ),
        (
            "materiel",
            MATERIEL,
            "📦 Matériel manquant\n👷 Jean Keller\n🏠 Chantier : Müller\n"
            "• cuivre 28mm\n• disconnecteur\n• soupape anti-gel",
        ),
    ],
)
async def test_a_template_reads_as_agreed(notifier, group, template, told, read):
    answer = await put(notifier, body(template, told))

    assert texts(group) == [read]
    assert answer.json()["text"] == read


async def test_files_of_all_kinds_are_counted(notifier, group):
    await put(notifier, body("fin", {**FIN, "photos": 1, "videos": 2, "documents": 1}))

    assert "📸 1 photo, 2 vidéos et 1 document archivés →" in texts(group)[0]


async def test_what_stands_in_the_data_is_shown_as_it_is(notifier, group):
    told = {**SAV, "chantier": "Müller & <b>Fils</b>", "description": "<a> &amp; 1 < 2"}

    await put(notifier, body("sav", told))

    [message] = group.messages
    assert "🏠 Chantier : Müller & <b>Fils</b>\n📝 <a> &amp; 1 < 2\n" in message.text
    assert "&lt;b&gt;Fils" in message.html


async def test_other_data_edit_the_message(notifier, group):
    await put(notifier, body("fin", FIN))
    again = await put(notifier, body("fin", FIN))
    await put(notifier, body("fin", {**FIN, "photos": 7}))

    [message] = group.messages
    assert "📸 7 photos archivées" in message.text
    assert again.json()["revision"] == 1


async def test_a_key_counts_the_data(notifier, group):
    key = {"Idempotency-Key": "n8n-42"}
    first = await notifier.post("/notifier/notices", json=body("fin", FIN), headers=key)
    again = await notifier.post("/notifier/notices", json=body("fin", FIN), headers=key)
    other = await notifier.post("/notifier/notices", json=body("sav", SAV), headers=key)

    assert first.json()["id"] == again.json()["id"]
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


@pytest.mark.parametrize(
    ("asked", "fields"),
    [
        (body("facture", FIN), {"body.template"}),
        (
            {"group": "chantier", "template": "fin"},
            {"technician", "chantier", "photos"},
        ),
        (body("fin", {**FIN, "photos": "six"}), {"photos"}),
        (body("fin", {**FIN, "foto": 6}), {"foto"}),
        (body("fin", {**FIN, "folder": ""}), {"folder"}),
        (body("materiel", SAV), {"items", "description"}),
        (body("materiel", ["cuivre"]), {"body.data"}),
        (body("materiel", {**WHO, "items": []}), {"items"}),
        (body("materiel", {**WHO, "items": [" ", ""]}), {"items"}),
        (body("sav", {**WHO, "description": " "}), {"description"}),
        (body("fin", FIN, text="Fini."), {"body.text"}),
        (body("fin", FIN, format="html"), {"body.format"}),
        ({"group": "chantier"}, {"body.text"}),
        ({"group": "chantier", "text": "Fini.", "data": FIN}, {"body.data"}),
    ],
)
async def test_what_does_not_fit_is_named_field_by_field(
    notifier, group, asked, fields
):
    answer = await put(notifier, asked)

    problem = answer.json()
    named = {error["field"] for error in problem["errors"]}
    assert answer.status_code == 422
    assert named == {
        field if field.startswith("body.") else f"body.data.{field}" for field in fields
    }
    assert all(error["detail"] for error in problem["errors"])
    assert group.messages == []


async def test_a_list_of_nothing_is_told_what_to_send(notifier, group):
    answer = await put(notifier, body("materiel", {**WHO, "items": []}))

    [problem] = answer.json()["errors"]
    assert "at least one" in problem["detail"]


async def test_an_empty_item_is_left_out(notifier, group):
    await put(notifier, body("materiel", {**WHO, "items": ["", "cuivre 28mm", " "]}))

    assert texts(group)[0].endswith("Müller\n• cuivre 28mm")
