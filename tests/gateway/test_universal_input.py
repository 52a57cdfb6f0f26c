"""``NomChantier / description`` and lists, as technicians type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.universal_input import UniversalInput, items, universal_input


@pytest.mark.parametrize(
    ("typed", "chantier", "description"),
    [
        ("Müller / toit terminé", "Müller", "toit terminé"),
        ("Müller/ toit", "Müller", "toit"),
        ("Müller /toit", "Müller", "toit"),
        ("Müller\ntoit terminé\net câblé", "Müller", "toit terminé\net câblé"),
        ("  Boulangerie   Roth  ", "Boulangerie Roth", ""),
        ("Dupont s/c Meyer", "Dupont s/c Meyer", ""),
        ("Müller / 230 / 400 V", "Müller", "230 / 400 V"),
        ("../../etc", "../../etc", ""),
        ("", "", ""),
    ],
)
def test_a_slash_with_a_blank_parts_the_chantier_from_the_rest(
    typed: str, chantier: str, description: str
):
    assert universal_input(typed) == UniversalInput(chantier, description)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (
            "- cuivre 28mm - disconnecteur - soupape anti-gel",
            ("cuivre 28mm", "disconnecteur", "soupape anti-gel"),
        ),
        ("- vis M8\n- écrou\n• rondelle", ("vis M8", "écrou", "rondelle")),
        ("câble 6mm²\ngaine", ("câble 6mm²", "gaine")),
        ("il manque : - cuivre - coude", ("cuivre", "coude")),
        ("cuivre -coude", ("cuivre", "coude")),
        ("sonde -5 °C", ("sonde -5 °C",)),
        ("-2 coudes\n-3 tés", ("2 coudes", "3 tés")),
        ("soupape anti-gel", ("soupape anti-gel",)),
        ("cuivre•coude", ("cuivre", "coude")),
        (" - ", ()),
        ("", ()),
    ],
)
def test_a_list_is_read_item_by_item(typed: str, found: tuple[str, ...]):
    assert items(typed) == found


@given(
    st.lists(
        st.from_regex(r"[a-zé]+(-[a-zé]+)?( [0-9]+mm)?", fullmatch=True), min_size=1
    )
)
def test_items_written_with_hyphens_are_read_back(written: list[str]):
    assert items("".join(f"- {item} " for item in written)) == tuple(written)
    assert items("\n".join(f"-{item}" for item in written)) == tuple(written)


@given(st.text())
def test_no_text_breaks_the_reading(text: str):
    parsed = universal_input(text)

    assert "\n" not in parsed.chantier
    assert all(item.strip() for item in items(text))
