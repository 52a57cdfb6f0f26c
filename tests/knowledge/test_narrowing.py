"""Searches in some sources, or under some tags, alone."""

from tests.knowledge.service import FRONIUS, knowledge, put, search

HUAWEI = "State 567 : communication perdue avec le dongle."


async def test_sources_and_tags_narrow_the_search(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "a", FRONIUS, tags=["pv"])
        await put(http, "b", HUAWEI, source="Autre")
        tagged = await search(http, "567", tags=["pv"], limit=10)
        other = await search(http, "567", sources=["Autre"], limit=10)

    assert {p["document_id"] for p in tagged["passages"]} == {"a"}
    assert {p["document_id"] for p in other["passages"]} == {"b"}


async def test_sources_and_tags_narrow_whatever_their_case_and_accents(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "a", FRONIUS, source="Été", tags=["pv"])
        await put(http, "b", HUAWEI, source="Autre")
        both = await search(http, "567", sources=["ETE"], tags=["PV"], limit=10)
        none = await search(http, "567", sources=["hiver"])

    assert {p["document_id"] for p in both["passages"]} == {"a"}
    assert none["passages"] == []


async def test_names_that_no_document_has_are_told(tmp_path):
    """No error: a flow may ask the past faults before there is one."""
    async with knowledge(tmp_path) as http:
        await put(http, "a", FRONIUS, source="Été", tags=["pv"])
        none = await search(http, "567", sources=["Historique SAV"], tags=["PV"])
        some = await search(http, "567", sources=["hiver", "ete"], tags=["pac"])
        known = await search(http, "567", sources=["ete"], tags=["pv"])

    assert none["unknown_names"] == ["Historique SAV"]
    assert some["unknown_names"] == ["hiver", "pac"]
    assert (none["confident"], some["confident"]) == (False, False)
    assert known["unknown_names"] == []
