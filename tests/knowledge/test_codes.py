"""Codes are one thing however they are typed."""

import pytest

from knowledge.words.codes import (
    asked_codes,
    called_codes,
    codes_of_cell,
    codes_of_text,
    is_code,
    opening_codes,
)
from knowledge.words.retyped import closed
from tests.knowledge.service import FRONIUS, knowledge, put, search
from tests.knowledge.tiny_model import write_tiny_model


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("st 567", "567"),
        ("State 567 Fronius", "567"),
        ("erreur567", "567"),
        ("ereur 567", "567"),
        ("code d'erreur n° 567", "567"),
        ("défaut: E-05", "e5"),
        ("err 05", "5"),
        ("erreur f2,1", "f2.1"),
        ("alarme U4-01", "u4.1"),
        ("erreur 7H04", "7h.4"),
        ("7h-04 erreur 7H-04", "7h.4"),
        ("keba F:0x8013", "0x8013"),
        ("borne abb erreur 0X0400", "0x400"),
        ("0x400 terra", "0x400"),
        ("évt 3501", "3501"),
        ("statut 567", "567"),
        ("en def 39", "39"),
        ("def39", "39"),
        ("alm 37", "37"),
        ("défaut n 9", "9"),
        ("erreur n9", "n9"),
        ("statu 567", "567"),
        ("statu 11 73", "11"),
        ("erreurE07", "e7"),
        ("défaut a 9", "a9"),
        ("erreur 25 c'est quoi", "25"),
        ("le code c'est 25", "25"),
        ("alarme c'est le e 9", "e9"),
        ("erreur 12 l'eau est froide", "12"),
    ],
)
def test_what_was_called_a_code_is_one_for_certain(question, code):
    assert asked_codes(question).certain == (code,)


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("567", "567"),
        ("fronius 567", "567"),
        ("eb 105", "eb105"),
        ("f 2,1", "f2.1"),
        ("89-01", "89.1"),
    ],
)
def test_what_only_looks_like_a_code_may_be_one(question, code):
    asked = asked_codes(question)

    assert asked.certain == ()
    assert code in asked.possible


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("E-05", "e5"),
        ("f.999", "f999"),
        ("F2.1", "f2.1"),
        ("u4", "u4"),
        ("h 62 aquarea", "h62"),
    ],
)
def test_letters_that_are_no_word_before_digits_are_written_as_a_code(question, code):
    assert asked_codes(question).written == (code,)


@pytest.mark.parametrize(
    "question",
    [
        "à 6 h 30",
        "depuis 2 h 45",
        "elle tourne h24",
        "h 24",
        "u 1000 r2v",
        "h 07 rn-f",
        "u 230/400 v",
    ],
)
def test_times_and_cables_are_not_written_as_a_code(question):
    assert asked_codes(question).written == ()


@pytest.mark.parametrize(
    "question",
    [
        "disjoncteur 16A",
        "230 V au bornier",
        "câble de 25 mètres",
        "2,5 mm²",
        "30 %",
        "section 10.0-3",
    ],
)
def test_quantities_are_not_codes(question):
    asked = asked_codes(question)

    assert (asked.certain, asked.written, asked.possible) == ((), (), ())


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Les codes 101, 102 et 104 sont passagers.", {"101", "102", "104"}),
        ("State 401 à 404 : défaut interne", {"401", "402", "403", "404"}),
        ("E-05 : pression basse", {"e5"}),
        ("567 – Défaut d'isolement", {"567"}),
        ("Alimenter en 230 V pendant 5 minutes.", set()),
        ("U4-01 : transmission", {"u4", "u4.1"}),
        ("F2.1 : débit", {"f2.1"}),
        ("La LED clignote trois fois : défaut", {"3"}),
        ("Clignotements : 9 verts, 7 rouges", {"9", "7"}),
        ("Éclairs : 2 blancs, 4 bleus", {"2", "4"}),
        ("Rouge clignote 3x : résistance", {"3"}),
        ("Voyant : bleu clignote 2 coups", {"2"}),
        ("Éclairage : 3 spots de 5 W", set()),
        ("Six signaux sonores : pile faible", {"6"}),
        ("Le voyant clignote 2 fois par seconde", set()),
        (
            "Le commutateur SW1-3 règle le ballon ; H02-07 manque d'eau",
            {"sw1", "sw1.3", "h2", "h2.7"},
        ),
        ("Altherma en 7H-01 tous les matins", {"7h", "7h.1"}),
        ("Réglée de 7H-22H, type 2B-3, le 3A-2024", set()),
    ],
)
def test_a_text_has_the_codes_that_its_words_call_so(text, codes):
    assert codes_of_text(text) == codes


@pytest.mark.parametrize(
    "cell",
    [
        "567",
        "E-05",
        "F2.1",
        "U4-01",
        "7H-01",
        "0x8013",
        "101 / 102",
        "EB 105",
        "State 102",
        "18xC3",
        "#51",
    ],
)
def test_a_cell_that_is_a_code_is_seen_to_be_one(cell):
    assert is_code(cell)
    assert codes_of_cell(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "#",
        "# de série",
        "n° #",
        "10 kW",
        "16 A",
        "2,5 mm²",
        "Désignation",
        "Off",
        "Vert clignotant",
        "",
    ],
)
def test_a_cell_that_is_a_value_or_words_is_no_code(cell):
    assert not is_code(cell)


def test_codes_of_a_range_have_the_same_letters():
    assert codes_of_cell("E6 à E9") == {"e6", "e7", "e8", "e9"}
    assert codes_of_cell("401 à 403") == {"401", "402", "403"}
    assert codes_of_cell("448 à 479") == {str(code) for code in range(448, 480)}
    assert codes_of_cell("E6 à U9") == {"e6", "u9"}


def test_an_entry_of_a_list_opens_with_its_code():
    assert opening_codes("Erreur 33 : sonde de départ") == {"33"}
    assert opening_codes("Le code 33 est affiché : rien à faire") == frozenset()
    assert opening_codes("E-05 Fuite de courant : débrancher") == {"e5"}
    assert opening_codes("567 Réduction de la puissance") == {"567"}
    assert opening_codes("500 mm au-dessus de l'appareil") == frozenset()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("onduleur 5 0 9", "onduleur 509"),
        ("st 5 0 9", "st 509"),
        ("Alezio H 02 07", "alezio h02-07"),
        ("code 7h 04 Daikin", "code 7h-04 daikin"),
        ("H 03 08", "H 03 08"),
        ("il y a 5 0 9 modules", "il y a 5 0 9 modules"),
        ("sma 35-01", "sma 3501"),
        ("le 12-03", "le 12-03"),
        ("statut 35 01", "statut 3501"),
        ("statut 3 5 0 1", "statut 3501"),
        ("erreur 5 09", "erreur 509"),
        ("erreur 0 16", "erreur 016"),
        ("erreur 81 01", "erreur 81-01"),
        ("erreur 8 1 0 1", "erreur 81-01"),
        ("daikin 7 h 04", "daikin 7h-04"),
        ("alarme 509 5", "alarme 509 5"),
        ("signal 0 10 v", "signal 0 10 v"),
        ("35 01 panneaux", "35 01 panneaux"),
        ("2 3 bornes", "2 3 bornes"),
        ("depuis 7 h 30", "depuis 7 h 30"),
        ("03 88 35 01 12", "03 88 35 01 12"),
    ],
)
def test_a_code_typed_with_blanks_is_closed_where_documents_have_it(typed, meant):
    known = {"16", "23", "509", "h2.7", "7h.4", "3501", "81.1"}

    assert closed(typed, known.__contains__) == meant


def test_what_is_only_written_as_codes_are_was_not_called_one():
    text = "E-05 : fuite. Le groupe WM85 affiche le défaut F2, puis redémarre."

    assert codes_of_text(text) == {"e5", "wm85", "f2"}
    assert called_codes(text) == {"e5", "f2"}


@pytest.mark.parametrize("code", ["3A12", "2a04", "04-12", "H02-07"])
def test_a_code_of_two_parts_is_no_range(code):
    assert len({one.partition(".")[0] for one in codes_of_cell(code)}) == 1


@pytest.mark.parametrize("asked", ["ventilateur sale, erreur 567", "erreur 999"])
async def test_a_question_that_holds_a_code_is_not_embedded(tmp_path, asked):
    model = write_tiny_model(tmp_path / "model")
    async with knowledge(tmp_path, knowledge_model_dir=model) as http:
        await put(http, "symo", FRONIUS)
        embedded = await search(http, "ventilateur sale")
        decided = await search(http, asked)

    assert "embedding" in embedded["took_ms"]
    assert "embedding" not in decided["took_ms"]
    assert decided["mode"] == "hybrid"
