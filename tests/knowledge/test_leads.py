"""Which leads hold against the passages that they cite; the measured share is in benchmarks/knowledge/README.md."""

import pytest

from knowledge.answers.extracts import Extract
from knowledge.answers.leads import lead
from knowledge.index.passages import Passage

EXTRACTS = [
    Extract(number, Passage("d", "v", number, text, "Notices", title, section=section))
    for number, (title, section, text) in enumerate(
        [
            (
                "Fronius Symo",
                "Codes d'état",
                "State 567 : résistance d'isolement trop faible entre le champ et la terre. Contrôler les connecteurs MC4.",
            ),
            (
                "Procédure",
                "Sur le toit",
                "Deux vis de 8 × 120 par crochet. Laisser 3 mm de jeu entre la tuile et le crochet. Les rails se serrent à 14 Nm.",
            ),
            (
                "Pylontech US3000C",
                "Protections",
                "En dessous de 0 °C, la charge est interdite. Chauffer le local avant de recharger.",
            ),
            (
                "Keba P30",
                "Défauts",
                "Réseau : si le message revient sans cesse, mesurer la tension. Contact collé. Ne plus utiliser la borne, remplacer l'appareil.",
            ),
        ],
        start=1,
    )
]


def held(line: str) -> str | None:
    return lead(line, EXTRACTS)


@pytest.mark.parametrize(
    "said",
    [
        "Vérifier l'état des connecteurs MC4 : une isolation trop faible du champ déclenche l'erreur 567 [1].",
        "Mesurer la résistance d'isolement entre le champ et la terre ; trop faible, elle donne l'état 567 [1].",
        "Serrer les rails à 14 Nm [2]",
        "Regarder le local : la charge est interdite en dessous de 0 °C [3].",
        "Ne pas recharger en dessous de 0 °C, la charge est interdite [3]",
        "Remplacer l'appareil et ne plus utiliser la borne [4].",
        "Mesurer la tension du réseau si le message revient [4].",
    ],
)
def test_what_a_passage_says_may_be_said_in_other_words(said):
    assert held(f"1. {said}") == said


@pytest.mark.parametrize(
    "said",
    [
        "Contrôler les connecteurs MC4 [7].",
        "Contrôler les connecteurs MC4 [2].",
        "Remplacer la carte mère de l'onduleur et contrôler les connecteurs [1].",
        "Appeler le fabricant et couper la terre du champ [1].",
        "Regardez si un connecteur MC4 est humide, ce qui fait chuter la résistance d'isolement [1].",
    ],
)
def test_a_lead_without_its_passage_is_dropped(said):
    assert held(f"1. {said}") is None


@pytest.mark.parametrize(
    "said",
    [
        "Remplacer les connecteurs MC4 [1].",
        "Débrancher la terre du champ, résistance d'isolement trop faible [1].",
        "Desserrer les rails [2].",
    ],
)
def test_a_deed_that_no_passage_names_is_dropped(said):
    """Its other words are the passage's, so that by their share alone it held."""
    assert held(f"1. {said}") is None


@pytest.mark.parametrize(
    "said",
    [
        "La résistance d'isolement est trop élevée entre le champ et la terre [1].",
        "Ne pas contrôler les connecteurs MC4 [1].",
        "En dessous de 0 °C, la charge est permise [3].",
        "Utiliser la borne, contact collé [4].",
        "Contrôler les connecteurs MC4 sans terre [1].",
    ],
)
def test_a_passage_turned_to_its_contrary_is_dropped(said):
    assert held(f"1. {said}") is None


@pytest.mark.parametrize(
    "said",
    [
        "Laisser 8 mm de jeu entre la tuile et le crochet [2].",
        "Serrer les rails à 12 Nm [2].",
        "Serrer les rails à 14 Nm [2][1] avec 1000 V.",
    ],
)
def test_a_number_is_its_passages_with_its_unit(said):
    assert held(f"1. {said}") is None


def test_numbers_before_a_lead_are_not_its_own():
    """A small model wrote ``1. 1. Contrôler``."""
    assert held("2. 1. Contrôler les connecteurs MC4 [1]") == (
        "Contrôler les connecteurs MC4 [1]"
    )


def test_a_lead_that_cites_nothing_is_the_best_passages_or_none():
    """A small model forgets it on every second line; of the passages below it says true things that answer nothing."""
    assert held("1. Contrôler les connecteurs MC4") == (
        "Contrôler les connecteurs MC4 [1]"
    )
    assert held("1. Serrer les rails à 14 Nm") is None


@pytest.mark.parametrize(
    "line",
    [
        "Contrôler les connecteurs MC4 [1]",
        "- **Contrôler les connecteurs MC4 [1]**",
        "**1.** Contrôler les connecteurs MC4 [1]",
    ],
)
def test_a_lead_is_known_by_its_number_or_by_what_it_cites(line):
    assert held(line) == "Contrôler les connecteurs MC4 [1]"


@pytest.mark.parametrize(
    "line",
    ["", "Contrôler les connecteurs MC4 :", "RIEN", "1. Contrôler les connecteurs…"],
)
def test_other_lines_are_no_leads(line):
    assert held(line) is None
