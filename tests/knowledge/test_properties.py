"""Questions for a property by its name: its weight, its price."""

from tests.knowledge.service import knowledge, put, search


async def test_a_property_that_the_passage_does_not_tell_is_no_answer(tmp_path):
    """*Prix de la borne*: everything that is said of the borne is not its price."""
    async with knowledge(tmp_path) as http:
        text = "Accrocher la borne Zénith au mur de la borne. Elle pèse 14 kg."
        await put(http, "zenith", text, title="Borne Zénith")
        for n in range(4):
            await put(http, f"d{n}", f"Le menu {n} de la PAC règle la température.")
        told = await search(http, "poids borne zenith")
        untold = await search(http, "prix borne zenith")

    assert told["confident"]
    assert not untold["confident"]


async def test_the_passage_that_tells_the_property_comes_before_one_that_says_more_else(
    tmp_path,
):
    notice = (
        "# Borne Zénith\n## Pose\nPorter la borne Zénith murale à deux, sans choc."
        "\n## Données\nMasse nette : 14 kg."
    )
    async with knowledge(tmp_path) as http:
        await put(http, "zenith", notice, name="zenith.md")
        found = await search(http, "poids de la borne zenith murale, porter à deux ?")

    assert "14 kg" in found["passages"][0]["text"]


async def test_a_code_stands_before_the_property_that_is_named_beside_it(tmp_path):
    notice = (
        "# Borne Zénith\n## Défauts\n| Code | Sens |\n|---|---|\n| E12 | Borne trop chaude, attendre. |"
        "\n## Données\nPuissance de la borne Zénith : 7 kW."
    )
    async with knowledge(tmp_path) as http:
        await put(http, "zenith", notice, name="zenith.md")
        found = await search(http, "erreur E12 borne zenith baisse de puissance")

    assert "attendre" in found["passages"][0]["text"]
