"""Where a table's titles stand."""

import pytest

from knowledge.reading.titles import table_below

TITLES = ("Famille", "Code", "Libellé")
E1 = ("Eau", "E1", "Débit faible")
E2 = ("Eau", "E2", "Pression basse")


@pytest.mark.parametrize(
    ("above", "header"),
    [
        ([TITLES], TITLES),
        ([("Codes de la pompe", "", ""), TITLES], TITLES),  # across the whole table
        (
            [("Famille", "Affichage", "Affichage"), TITLES],
            ("Famille", "Affichage Code", "Libellé"),
        ),
        (
            [("Code", "Code", "Courant"), ("Code", "Sens", "(A)")],
            ("Code", "Sens", "Courant (A)"),
        ),
        ([("Famille", "Cause", "Cause")], ("Famille", "Cause", "Cause")),
        ([("", "Code", "Libellé")], ("", "Code", "Libellé")),
    ],
)
def test_titles_may_span_columns_and_rows_and_stand_below_a_name(above, header):
    *texts, first, second = table_below([*above, E1, E2])

    assert [text.text for text in texts] == ["Codes de la pompe"] * len(above[1:]) * (
        header == TITLES
    )
    assert (first.header, second.header) == (header, header)
    assert (first.cells, second.cells) == (E1, E2)


@pytest.mark.parametrize(
    "rows",
    [
        [("567", "", "Sécher"), ("567", "Isolement", "Mesurer"), E2],
        [("", "Danger", "Couper"), ("", "Attention", "Attendre")],
        [("Eau", "", "Purger"), ("Eau", "basse", "Remplir")],
        [*[("Eau", "", f"Cas {letter}") for letter in "abcdef"], ("Gaz", "", "Fuite")],
    ],
)
def test_a_first_row_that_says_something_is_no_header(rows):
    assert [block.cells for block in table_below(rows)] == rows
