"""Documents in and out, over HTTP, with the real reader and the real embedded index."""

import json

import pytest
from fpdf import FPDF

from tests.knowledge import papers
from tests.knowledge.service import (
    FRONIUS,
    knowledge,
    passages_left,
    put,
    search,
)


async def test_a_pdf_is_answered_with_its_page(tmp_path):
    manual = papers.pdf("# Codes\n\nState 567 : isolement trop faible.", running="Symo")
    async with knowledge(tmp_path) as http:
        job = await http.post(
            "/knowledge/documents",
            files={"file": ("Müller façade (1).pdf", manual, "application/pdf")},
            data={"source": "Notices", "title": "Fronius Symo", "tags": "null"},
        )
        events = await http.get(f"{job.headers['location']}/events")
        found = await search(http, "st567")

    assert job.status_code == 202
    assert events.text.rstrip().splitlines()[-2] == "event: done"
    last = json.loads(events.text.rstrip().splitlines()[-1].removeprefix("data: "))
    assert last["pages_done"] == last["pages"] == 1
    assert found["confident"]
    assert (found["passages"][0]["title"], found["passages"][0]["page"]) == (
        "Fronius Symo",
        1,
    )
    assert "Fronius Symo, p. 1" in found["answer"]


async def test_a_document_without_a_name_is_cited_by_its_source(tmp_path):
    async with knowledge(tmp_path) as http:
        await http.put(
            "/knowledge/documents/x?wait=60&source=Notices",
            content=b"State 567 : isolement faible",
        )
        found = await search(http, "erreur 567")

    assert found["passages"][0]["title"] == "Notices"
    assert "\n(Notices)" in found["answer"]


async def test_a_new_version_takes_the_place_of_the_old(tmp_path):
    """In searches at once, in the index once no search that began before is under way."""
    async with knowledge(tmp_path) as http:
        await put(http, "symo", FRONIUS)
        await put(http, "symo", "State 475 : fusible de terre coupé.")
        old, new = await search(http, "st 567"), await search(http, "st 475")
        left = await passages_left(http, 1)

    assert not old["confident"]
    assert new["confident"]
    assert left == 1


async def test_no_search_sees_half_a_document(tmp_path):
    """While versions of 300 passages follow each other, each search finds passages of one version."""

    def version(name: str) -> str:
        return "\n\n".join(
            f"Point {n} : le disjoncteur {name} est contrôlé." for n in range(300)
        )

    async with knowledge(tmp_path) as http:
        await put(http, "long", version("alpha"))
        seen = []
        for name in ("beta", "gamma"):
            job = await http.put(
                "/knowledge/documents/long", json={"text": version(name)}
            )
            done = False
            while not done:
                found = await search(http, "disjoncteur contrôlé", limit=20)
                seen.append({p["text"].split()[5] for p in found["passages"]})
                state = await http.get(job.headers["location"])
                done = state.json()["status"] == "done"

    assert all(len(names) == 1 for names in seen), seen
    assert len(seen) > 4


async def test_documents_are_listed_with_what_is_known_of_them(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "a", FRONIUS, tags="pv, fronius")
        await put(http, "b", "Autre texte.", source="Procédures")
        listed = (await http.get("/knowledge/documents", params={"limit": 1})).json()
        rest = (
            await http.get("/knowledge/documents", params={"cursor": listed["next"]})
        ).json()
        tagged = (await http.get("/knowledge/documents", params={"tag": "pv"})).json()

    assert [d["document_id"] for d in listed["items"] + rest["items"]] == ["a", "b"]
    assert [d["document_id"] for d in tagged["items"]] == ["a"]
    assert listed["items"][0]["passages"] == 3
    assert listed["items"][0]["tags"] == ["pv", "fronius"]
    assert listed["items"][0]["indexed_at"]


async def test_documents_are_listed_whatever_the_case_and_accents(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "a", FRONIUS, tags="pv")
        await put(http, "b", "Autre texte.", source="Procédures", tags="Réglé")
        for narrowed in (
            "source=procedures",
            "tag=regle",
            "source=PROCÉDURES&tag=RÉGLÉ",
        ):
            answer = await http.get(f"/knowledge/documents?shape=items&{narrowed}")

            assert [d["document_id"] for d in answer.json()] == ["b"], narrowed


async def test_a_key_is_for_one_document(tmp_path):
    async def post(http, text: str, title: str = "Symo"):
        return await http.post(
            "/knowledge/documents?wait=60",
            json={"text": text, "title": title},
            headers={"Idempotency-Key": "n8n-42"},
        )

    async with knowledge(tmp_path) as http:
        first = await post(http, FRONIUS)
        again = await post(http, FRONIUS)
        others = [await post(http, "Autre."), await post(http, FRONIUS, title="Eco")]
        listed = (await http.get("/knowledge/documents?shape=items")).json()

    assert first.status_code == 200
    assert again.json() == first.json()
    assert {(o.status_code, o.json()["code"]) for o in others} == {
        (422, "idempotency_key_reused")
    }
    assert len(listed) == 1
    assert list((tmp_path / "knowledge" / "spool").glob("*")) == []


@pytest.mark.parametrize("what", ["documents", "jobs"])
async def test_a_list_comes_in_pages_or_bare(tmp_path, what):
    async with knowledge(tmp_path) as http:
        for name in ("a", "b"):
            await put(http, name, f"Texte {name}.")

        async def asked(**params: int | str):
            return (await http.get(f"/knowledge/{what}", params=params)).json()

        first = await asked(limit=1)
        second = await asked(limit=1, cursor=first["next"])
        bare = await asked(shape="items")

    assert bare == first["items"] + second["items"]
    assert second["next"] is None


async def test_what_cannot_be_read_says_why(tmp_path):
    async with knowledge(tmp_path) as http:
        waited = await http.put(
            "/knowledge/documents/x?wait=30", content=b"%PDF-1.4 broken"
        )
        jobs = (await http.get("/knowledge/jobs")).json()["items"]
        await put(http, "y", FRONIUS)

    assert waited.status_code == 422
    assert "damaged" in waited.json()["detail"]
    assert jobs[0]["status"] == "failed"
    assert "damaged" in jobs[0]["last_error"]


async def test_a_document_without_text_says_what_to_send(tmp_path):
    async with knowledge(tmp_path) as http:
        for empty in (bytes(FPDF().output()), papers.docx_of(""), b"<html></html>"):
            sent = await http.put("/knowledge/documents/x?wait=30", content=empty)

            assert sent.status_code == 422, empty[:9]
            assert "text" in sent.json()["detail"]
            assert "send" in sent.json()["detail"]


async def test_a_name_that_no_address_can_hold_is_refused(tmp_path):
    async with knowledge(tmp_path) as http:
        for name in (".", "..", "...", " ", "a\tb", "a\0b", "\x85", "a" * 201):
            path = b"".join(b"%%%02x" % byte for byte in name.encode()).decode()
            sent = await http.put(f"/knowledge/documents/{path}", json={"text": "Vu."})

            assert sent.status_code == 422, (name, sent.text)
            assert "document_id" in sent.json()["detail"]
        kept = await put(http, "été 2026.v2..pdf", "Texte.")

    assert kept["document_id"] == "été 2026.v2..pdf"


@pytest.mark.parametrize("name", ["a/b", "a%2Fb", "a/", "/a"])
@pytest.mark.parametrize("method", ["PUT", "GET", "DELETE"])
async def test_a_name_with_a_slash_is_told_what_to_write(tmp_path, method, name):
    """It was told that there is no such route."""
    async with knowledge(tmp_path) as http:
        sent = await http.request(method, f"/knowledge/documents/{name}")

    assert sent.status_code == 422
    assert sent.json()["errors"][0]["field"] == "path.document_id"
    assert "for each slash" in sent.json()["detail"]


async def test_a_sav_report_is_found_with_its_outcome(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(
            http,
            "report-1",
            "Client Meyer, onduleur Fronius affiche 567 les matins de pluie.",
            source="Historique SAV",
            outcome="Connecteur MC4 refait sous le rail.",
        )
        found = await search(http, "fronius pluie", sources="Historique SAV")

    assert "Résultat : Connecteur MC4 refait" in found["passages"][0]["text"]


async def test_a_report_may_be_sent_again_and_gets_its_outcome_later(tmp_path):
    about = {"source": "Historique SAV", "title": "SAV Meyer"}
    async with knowledge(tmp_path) as http:
        first = await put(http, "report-1", "Fronius affiche 567.", **about)
        again = await put(http, "report-1", "Fronius affiche 567.", **about)
        await put(
            http,
            "report-1",
            "Fronius affiche 567 par temps de pluie.",
            outcome="Connecteur refait.",
            **about,
        )
        found = await search(http, "fronius 567")
        listed = (await http.get("/knowledge/documents")).json()["items"]
        liked = await http.post(
            "/knowledge/feedback",
            json={"search_id": found["search_id"], "useful": True},
        )

    assert first == again
    assert [d["document_id"] for d in listed] == ["report-1"]
    assert listed[0]["outcome"] == "Connecteur refait."
    assert "temps de pluie" in found["passages"][0]["text"]
    assert len(found["passages"]) == 1
    assert liked.status_code == 204


async def test_work_goes_on_after_a_restart(tmp_path):
    async with knowledge(tmp_path) as http:
        sent = await http.put("/knowledge/documents/x", json={"text": FRONIUS})
    async with knowledge(tmp_path) as http:
        events = await http.get(f"{sent.headers['location']}/events")
        found = await search(http, "erreur 567")

    assert events.text.rstrip().splitlines()[-2] == "event: done"
    assert found["confident"]
