"""Codes as they are said, with the real service: in pieces, without their letters, in flashes, with the part they come from."""

import pytest
import pytest_asyncio

from knowledge.words.blinks import blinked_times, blinks
from knowledge.words.lexical import words_besides
from tests.knowledge.service import knowledge, put, search

SMA = """# Événements

| Numéro | Cause |
|---|---|
| 3501 | défaut à la terre du générateur |
| 6404 | courant trop fort vers le réseau |
"""
PANASONIC = """# Codes

| Code | Cause |
|---|---|
| H62 | débit d'eau anormal |
| F12 | pressostat ouvert |
"""
SOFTENER = """# Codes

| Code | Cause |
|---|---|
| E15 | perte de l'horloge |
"""
BOTH = """# Codes

| Code | Cause |
|---|---|
| E9 | filtre sale |
| H9 | sonde coupée |
| 9 | pompe bloquée |
"""
BYD = """# Voyants

| Éclairs | Signification |
|---|---|
| 1 W 3 B | communication perdue |
| 2 W 1 B | adressage échoué |
| 2 W 4 B | fusible fondu |
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def codes(tmp_path_factory):
    async with knowledge(tmp_path_factory.mktemp("codes")) as http:
        await put(http, "sma", SMA, title="SMA Tripower", name="sma.md")
        await put(http, "pac", PANASONIC, title="Panasonic Aquarea", name="pac.md")
        await put(http, "eau", SOFTENER, title="Adoucisseur", name="eau.md")
        await put(http, "byd", BYD, title="BYD HVS", name="byd.md")
        await put(http, "us", "BOV : surtension cellule.", title="Pylontech US")
        yield http


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("sma evenement trente cinq zéro un", "terre"),
        ("onduleur erreur soixante-quatre zéro quatre", "réseau"),
        ("statu 35 01 sur le sma", "terre"),
        ("erreur 62 panasonic", "débit"),
        ("erreur 15", "horloge"),
        ("defaut 12 sur la panasonic", "pressostat"),
        ("code b o v pylontech", "surtension"),
        ("byd deux éclairs blancs et quatre bleus", "fusible"),
        ("un flash blanc puis trois bleus sur la byd", "communication"),
    ],
)
@pytest.mark.asyncio(loop_scope="module")
async def test_a_code_is_found_as_it_is_said(codes, asked, told):
    found = await search(codes, asked)

    assert found["confident"]
    assert told in found["passages"][0]["text"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def both(tmp_path_factory):
    async with knowledge(tmp_path_factory.mktemp("both")) as http:
        await put(http, "pac", BOTH, title="Panasonic Aquarea", name="pac.md")
        yield http


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("panasonic erreur 9", "pompe"),
        ("panasonic erreur E9", "filtre"),
        ("panasonic erreur h9", "sonde"),
        ("erreur 9", "pompe"),
    ],
)
@pytest.mark.asyncio(loop_scope="module")
async def test_a_code_as_typed_stands_before_what_it_may_be_else(both, asked, told):
    found = await search(both, asked)

    assert found["confident"]
    assert told in found["passages"][0]["text"]


@pytest.mark.parametrize(
    "asked",
    [
        "sma evenement trente cinq zéro deux",
        "erreur 15 panasonic",
        "erreur 9 9 9",
    ],
)
@pytest.mark.asyncio(loop_scope="module")
async def test_a_code_that_its_device_has_not_is_refused(codes, asked):
    found = await search(codes, asked)

    assert not found["confident"]


async def test_who_names_a_brand_without_documents_may_mean_a_manual_of_no_brand(
    tmp_path,
):
    async with knowledge(tmp_path) as http:
        await put(http, "eau", SOFTENER, title="Adoucisseur", name="eau.md")
        found = await search(http, "erreur 15 viessmann")

    assert found["confident"]


@pytest.mark.parametrize(
    ("asked", "counts"),
    [
        ("deux eclairs blancs et quatre bleus", ["2", "4"]),
        ("un flash blanc et trois bleus", ["1", "3"]),
        ("sept coups verts et un rouge", ["7", "1"]),
        ("trois pulsations", ["3"]),
        ("un bip long", []),
        ("3 eclairages rouges", []),
        ("deux coups de cle", []),
        ("deux fils bleus et quatre rouges", []),
    ],
)
def test_flashes_of_two_colours_are_counted_both(asked, counts):
    assert blinks(asked) == counts


@pytest.mark.parametrize(
    ("asked", "counts"),
    [
        ("rouge quatre fois", ["4"]),
        ("clignote vert 2 coups", ["2"]),
        ("clignote deux fois par seconde", []),
        ("reboute deux fois", []),
        ("fil rouge trois metres", []),
    ],
)
def test_what_blinks_so_many_times_may_be_a_code(asked, counts):
    assert blinked_times(asked) == counts


@pytest.mark.parametrize(
    ("told", "held"),
    [
        ("Attendre vingt minutes.", ["20min", "minute"]),
        ("Patienter cinq heures", ["5h", "heure"]),
        ("un jour sur deux", []),
        ("les heures creuses", []),
        ("trois modules", []),
    ],
)
def test_a_quantity_in_letters_is_the_one_in_digits(told, held):
    assert words_besides(told) == held
