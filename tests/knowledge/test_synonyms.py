"""What a question may mean by a name of several words."""

import pytest

from knowledge.words.folding import words_of
from knowledge.words.synonyms import names_alone, names_together, said_tokens


def meant(question: str, name: str) -> bool:
    """Whether *question* may mean *name*."""
    said = [token for word in words_of(question) for token in said_tokens(word)]
    tokens = frozenset(t for word in words_of(name) for t in said_tokens(word))
    found = [*map(names_alone, said), *(others for _, others in names_together(said))]
    return any(tokens in others for others in found)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("le pourcentage saute", "soc faux"),
        ("le pourcentage de la batterie saute", "soc faux"),
        ("lire à distance, 2 m minimale", "distance de securite"),
    ],
)
def test_other_words_may_stand_between_those_of_a_name(question, name):
    assert meant(question, name)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("la borne saute le pourcentage", "soc faux"),
        ("le pourcentage est bon, mais la borne verte saute", "soc faux"),
        ("distance entre deux modules, largeur minimale", "distance de securite"),
        ("le pourcentage baisse", "soc faux"),
    ],
)
def test_a_name_is_not_meant_by_its_words_turned_round_or_far_apart(question, name):
    assert not meant(question, name)
