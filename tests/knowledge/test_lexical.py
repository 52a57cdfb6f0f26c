"""Words of one family are one word, typed with accents or without."""

import pytest

from knowledge.words.folding import folded, words_of
from knowledge.words.lexical import measures, passage_tokens, tokens, words_besides


@pytest.mark.parametrize(
    "words",
    [
        "coupe coupé coupée coupés coupées",
        "fume fumée",
        "détecté détectée détectées",
        "premier première premières",
        "étanche étanchéité",
        "humide humidité",
        "compatible compatibilité",
        "serrer serrage serrages",
        "relai relais",
        "envoyer envoyé envoyée envoyés envoyées envoi",
        "nettoyer nettoyé nettoyage nettoie",
        "essayer essayé essai",
        "appuyer appuyé appuyez",
        "délai délais",
    ],
)
def test_the_accents_and_capitals_of_an_ending_make_no_other_word(words):
    typed = [form for word in words.split() for form in (word, word.upper())]

    assert len({tokens(word) for word in (*typed, *map(folded, typed))}) == 1


@pytest.mark.parametrize(
    "words",
    ["limite lime", "fuite fut", "unité un", "carte car", "Délais DEL", "envoyé Envoy"],
)
def test_words_that_only_end_alike_stay_apart(words):
    one, other = words.split()

    assert tokens(one) != tokens(other)


def test_an_omega_is_the_ohm_that_is_typed():
    assert measures(folded("seuil 500 kΩ, puis 1 MΩ")) == ["500kohm", "1mohm"]
    assert measures("seuil 500 kohms") == ["500kohm"]
    assert words_of("\u2126") == ["ohm"]


def test_a_quantity_speaks_of_its_unit_by_name():
    assert words_besides("de 150 à 1000 V, 25A") == ["1000v", "25a", "volt", "ampere"]


@pytest.mark.parametrize("between", ["à", "À", "a\u0300"])
def test_from_150_to_1000_volts_are_no_150_amperes(between: str):
    assert words_besides(f"150 {between} 1000 V") == ["1000v", "volt"]


@pytest.mark.parametrize(
    "text",
    [
        "L'humidité, coupée\n(ou « coupé »)\u00a0: serrages/réglages d'été",
        "ÉTANCHÉITÉ_première e\u0301te\u0301 \u24d8note\u200bfin 22kW Σας",
    ],
)
def test_a_passage_has_the_tokens_of_what_stands_between_its_blanks(text: str):
    assert passage_tokens(text) == frozenset(tokens(text)) != frozenset()
