"""``POST /storage/upload`` as n8n calls it."""

import httpx

from tests.peers.nextcloud import NextcloudPeer


async def test_every_file_of_a_form_is_stored(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    answer = await storage.post(
        "/storage/upload",
        data={"path": "Docs/été"},
        files=[
            ("data", ("Müller façade (1).jpg", b"one")),
            ("data", ("b.pdf", b"two" * 1_000_000)),
        ],
    )

    assert answer.status_code == 200, answer.text
    assert peer.tree() == {
        "Docs/été/Müller façade (1).jpg": b"one",
        "Docs/été/b.pdf": b"two" * 1_000_000,
    }
    assert answer.json()["folder"] == "Docs/été"


async def test_raw_body_with_action_and_chantier_goes_where_reports_go(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    answer = await storage.post(
        "/storage/upload",
        params={
            "action": "fin",
            "chantier": "20260325_Müller",
            "filename": "a.jpg",
            "taken_at": "2026-03-25T14:32:01+01:00",
        },
        content=b"jpeg",
    )

    assert answer.status_code == 200, answer.text
    assert peer.tree() == {
        "Chantiers/20260325_Müller/30_Photos_Chantier/a.jpg": b"jpeg"
    }
