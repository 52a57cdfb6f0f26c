"""``POST /storage/upload`` as n8n calls it."""

import httpx
import pytest

from storage.upload_target import UploadParameters
from tests.storage.conftest import Storage
from tests.storage.nextclouds import Nextcloud
from tests.storage.sent_forms import form


async def test_every_file_of_a_form_is_stored(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
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
    assert nextcloud.tree() == {
        "Docs/été/Müller façade (1).jpg": b"one",
        "Docs/été/b.pdf": b"two" * 1_000_000,
    }
    assert answer.json()["folder"] == "Docs/été"


@pytest.mark.parametrize(
    ("action", "chantier", "folder"),
    [
        ("fin", "20260325_Müller", "Chantiers/20260325_Müller/30_Photos_Chantier"),
        ("fin", "MULLER", "Chantiers/20260325_Müller/30_Photos_Chantier"),
        ("fin", "Neu", "Chantiers/20260601_Neu/30_Photos_Chantier"),
        ("fin", "⚡", "Chantiers/20260601_⚡/30_Photos_Chantier"),
        ("fin", "🔥", "Chantiers/20260324_🔥/30_Photos_Chantier"),
        ("sav", "20260325_Müller", "SAV_Urgent/2026-06-01_Müller"),
        ("Materiel", "Müller", "Logistique/Manquants/Müller"),
    ],
)
async def test_flow_need_not_know_the_folder_rules(
    storage: httpx.AsyncClient,
    nextcloud: Nextcloud,
    action: str,
    chantier: str,
    folder: str,
):
    nextcloud.make_folder("Chantiers/20260325_Müller")
    nextcloud.make_folder("Chantiers/20260324_🔥")

    answer = await storage.post(
        "/storage/upload",
        params={
            "action": action,
            "chantier": chantier,
            "taken_at": "2026-06-01T10:00:00Z",
        },
        content=b"jpeg",
        headers={"Content-Type": "image/jpeg"},
    )

    assert answer.status_code == 200, answer.text
    assert answer.json()["folder"] == folder
    assert f"{folder}/photo_20260601_120000.jpg" in nextcloud.tree()


async def test_same_key_and_body_get_the_same_answer(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    body, headers = form(("path", None, b"a"), ("x", "b.txt", b"1"))
    other, _ = form(("path", None, b"a"), ("x", "b.txt", b"2"))
    headers["Idempotency-Key"] = "run-1-0"

    first, again, reused = [
        await storage.post("/storage/upload", content=content, headers=headers)
        for content in (body, body, other)
    ]

    assert again.json() == first.json()
    assert (reused.status_code, reused.json()["code"]) == (
        422,
        "idempotency_key_reused",
    )
    assert nextcloud.tree() == {"a/b.txt": b"1"}


async def test_query_and_form_may_name_the_same_path(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    body, headers = form(("path", None, b"b"), ("x", "d.txt", b"1"))

    for query in ("", "?path=b", "?path=null"):
        await storage.post(f"/storage/upload{query}", content=body, headers=headers)

    assert set(nextcloud.tree()) == {"b/d.txt"}


async def test_one_key_of_two_callers_or_for_two_routes_is_two(
    storage_with: Storage, nextcloud: Nextcloud
):
    keys = "one=0123456789abcdef0123; other=fedcba98765432100123"
    answers = []
    async with storage_with(api_keys=keys) as storage:
        for key, content in (
            ("0123456789abcdef0123", b"1"),
            ("fedcba98765432100123", b"2"),
        ):
            body, headers = form(("path", None, b"a"), ("x", f"{key}.txt", content))
            headers |= {"Idempotency-Key": "run-1-0", "X-API-Key": key}
            answers.append(
                await storage.post("/storage/upload", content=body, headers=headers)
            )
            del headers["Content-Type"]
            answers.append(
                await storage.post(
                    "/storage/shares", json={"path": "a"}, headers=headers
                )
            )

    assert [answer.status_code for answer in answers] == [200] * 4, answers[-1].text
    assert len(nextcloud.tree()) == 2


@pytest.mark.parametrize(
    ("said", "missing"),
    [({"action": "fin"}, "chantier"), ({"chantier": "Müller"}, "action"), ({}, "path")],
)
async def test_the_field_that_is_missing_is_the_one_named(
    storage: httpx.AsyncClient, said: dict[str, str], missing: str
):
    answer = await storage.post("/storage/upload", params=said, content=b"jpeg")

    assert answer.json()["code"] == "no_target"
    assert [one["field"] for one in answer.json()["errors"]] == [missing]


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ({"path": "Docs", "chantier": "Müller"}, ()),
        ({"path": "Docs"}, ("chantier",)),
        ({"chantier": "Müller", "action": "sav"}, ("path",)),
        ({}, ("path", "chantier")),
    ],
)
async def test_folder_named_in_both_ways_is_refused(
    storage: httpx.AsyncClient,
    nextcloud: Nextcloud,
    query: dict[str, str],
    texts: tuple[str, ...],
):
    """The path won without a word, and what was sent for a chantier lay elsewhere."""
    parts = [(name, None, b"Docs") for name in texts]
    body, headers = form(("f", "a.txt", b"1"), *parts)

    answer = await storage.post(
        "/storage/upload", params=query, content=body, headers=headers
    )

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "two_targets")
    assert "chantier, or 'path'" in problem["detail"]
    assert "chantier" in [one["field"] for one in problem["errors"]]
    assert not any(nextcloud.tree().values())


async def test_chantier_of_a_form_is_looked_for_once(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    """Each file of it looked, one after the other, and each that was written had all chantiers listed anew for the next."""
    nextcloud.make_folder("Chantiers/20260325_Müller")
    await storage.get("/storage/chantiers")
    before = len(nextcloud.requests)
    where = {"action": "fin", "chantier": "muller"}
    files = [("f", (f"{n}.jpg", bytes(n + 1))) for n in range(12)]

    answer = await storage.post("/storage/upload", data=where, files=files)

    assert answer.json()["folder"] == "Chantiers/20260325_Müller/30_Photos_Chantier"
    looks = [
        one.path
        for one in nextcloud.requests[before:]
        if one.method == "PROPFIND" and one.path.rstrip("/").endswith("/Chantiers")
    ]
    assert len(looks) <= 6


async def test_document_tells_what_an_upload_may_say(storage: httpx.AsyncClient):
    """Whoever reads ``/storage/docs`` saw a form with a path, and no other parameter."""
    document = (await storage.get("/storage/openapi.json")).json()
    upload = document["paths"]["/storage/upload"]["post"]
    told = {one["name"] for one in upload["parameters"] if one["in"] == "query"}
    forms = upload["requestBody"]["content"]

    assert told == set(UploadParameters.model_fields)
    assert set(forms) == {
        "multipart/form-data",
        "application/json",
        "application/octet-stream",
    }
    for kind in ("multipart/form-data", "application/json"):
        assert told <= set(forms[kind]["schema"]["properties"])
