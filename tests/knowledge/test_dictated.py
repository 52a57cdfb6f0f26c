"""Numbers in letters, in questions that were dictated."""

import pytest

from knowledge.words.dictated import in_digits


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("erreur douze sur le ballon", "erreur 12 sur le ballon"),
        ("code trois", "code 3"),
        ("quatre bips", "4 bips"),
        ("i d quatre vingt douze", "id92"),
        ("alarme trois cent cinq", "alarme 305"),
        ("soixante et onze", "71"),
        ("deux mille trente et un", "2031"),
        ("code cinq cent soixante-sept", "code 567"),
        ("f sept cent dix-huit", "f 718"),
    ],
)
def test_a_number_in_letters_is_written_in_digits(said, written):
    assert in_digits(said) == written


@pytest.mark.parametrize(
    "said",
    [
        "deux bornes",
        "six micros sur le toit",
        "onzieme",
        "une pac",
        "remise a zero",
        "a trois metres",
    ],
)
def test_a_count_stays_as_it_is(said):
    assert in_digits(said) == said
