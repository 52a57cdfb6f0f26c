"""What of the passages a language model is given; what speaks to it is in test_orders.py."""

import pytest

from knowledge.answers.extracts import Extract, extracts
from knowledge.index.passages import Passage

KEBA = """Défauts de la borne :
F:0x8001 : contact collé. Ne plus utiliser la borne, remplacer l'appareil.
F:0x8013 : courant de défaut. Contrôler le véhicule, puis réarmer."""


def passage(text: str, *codes: str) -> Passage:
    return Passage("d", "v", 0, text, labels=tuple(f"code:{code}" for code in codes))


def given(passages: list[Passage], *codes: str) -> list[tuple[int, str]]:
    asked = [f"code:{code}" for code in codes]
    found = [Extract(number, one) for number, one in enumerate(passages, start=1)]
    return [(one.number, one.passage.text) for one in extracts(found, asked)]


def test_of_a_list_of_codes_only_the_line_of_the_one_asked_is_given():
    """A real model took *réarmer* for a stuck contact from the line below."""
    told = given([passage(KEBA, "0x8001", "0x8013")], "0x8001")

    assert told == [
        (
            1,
            "Défauts de la borne :\nF:0x8001 : contact collé. Ne plus utiliser la borne, remplacer l'appareil.",
        )
    ]


def test_a_passage_of_other_codes_is_not_given_where_one_has_the_asked():
    rows = [passage("Code : 567\nIsolement", "567"), passage("Code : 102", "102")]
    report = passage("Connecteur refait.")

    assert given([*rows, report], "567") == [
        (1, "Code : 567\nIsolement"),
        (3, "Connecteur refait."),
    ]
    assert len(given([*rows, report], "999")) == 3
    assert len(given([*rows, report])) == 3


def test_a_name_that_only_looks_like_a_code_keeps_nothing_back():
    text = "Code : 567\nRemède : contrôler les connecteurs MC4"
    report = passage("Connecteur MC4 refait.", "mc4")

    assert given([passage(text, "567", "mc4"), report], "567") == [
        (1, text),
        (2, "Connecteur MC4 refait."),
    ]


@pytest.mark.parametrize(
    ("asked", "other"), [("h9", "f3"), ("eb109", "eb103"), ("7h.4", "a5.1")]
)
def test_codes_are_alike_by_their_letters_and_digits(asked, other):
    told = given([passage("Sonde.", asked), passage("Fluide.", other)], asked)

    assert (told == [(1, "Sonde.")]) == (other != "a5.1")


def test_a_passage_whose_code_stands_in_its_heading_is_given_whole():
    text = "Voir aussi le code 102.\nContrôler les connecteurs."

    assert given([passage(text, "567", "102")], "567") == [(1, text)]
