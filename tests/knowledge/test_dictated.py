"""Numbers in letters, in questions that were dictated."""

import pytest

from knowledge.words.dictated import in_digits


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("erreur douze sur le ballon", "erreur 12 sur le ballon"),
        ("code trois", "code 3"),
        ("le code c'est neuf", "le code c'est 9"),
        ("double v vingt neuf", "w29"),
        ("une u p m 3 neuve", "une upm3 neuve"),
        ("le double ve 12 du ballon", "le w12 du ballon"),
        ("double f trente", "ff 30"),
        ("quatre bips", "4 bips"),
        ("i d quatre vingt douze", "id92"),
        ("alarme trois cent cinq", "alarme 305"),
        ("soixante et onze", "71"),
        ("deux mille trente et un", "2031"),
        ("code cinq cent soixante-sept", "code 567"),
        ("f sept cent dix-huit", "f 718"),
        ("statut onze soixante treize", "statut 11 73"),
        ("evenement trente cinq zero un", "evenement 35 01"),
        ("erreur zero seize", "erreur 016"),
        ("code zero zero huit", "code 008"),
        ("h zero zero seize", "h 00 16"),
        ("alarme vingt zero un", "alarme 20 01"),
        ("vingt soixante-deux", "20 62"),
        ("message quatre vingt quatre vingt un", "message 80 81"),
        ("un un sept cinq", "1 1 7 5"),
        ("dix mille deux cent quarante huit", "10248"),
        ("onze cent quatorze", "1114"),
        ("h zero deux point vingt trois", "h 02.23"),
        ("e 02 point 24", "e 02.24"),
        ("trois virgule sept kilowatts", "3,7 kilowatts"),
        ("daikin sept h zero quatre", "daikin 7 h 04"),
        ("err zero sept", "err 07"),
        ("statut deux", "statut 2"),
        ("erreur numero neuf", "erreur numero 9"),
        ("code u zero", "code u 0"),
        ("defaut cinquante", "defaut 50"),
        ("s point cinq cent seize", "s.516"),
        ("defaut a neuf", "defaut a 9"),
        ("byd double e cent dix huit", "byd ee 118"),
        ("douze et treize", "12 et 13"),
        ("douze trois fois", "12 3 fois"),
        ("cinq minutes", "5 minutes"),
        ("erreur un sur la borne", "erreur 1 sur la borne"),
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
        "deux trois bornes",
        "deux ou trois bornes",
        "il y a deux bornes",
        "il n y a 3 bornes",
        "c a 20 metres",
        "erreurs remises a zero",
        "une erreur un peu bizarre",
        "une alarme un voyant rouge",
        "un jour sur deux",
        "etape un point",
        "mise au point",
        "il y a deux ou trois ans",
        "deux trois fois",
        "un onduleur tout neuf",
        "zero injection",
        "passer de un a deux",
        "les trois quarts",
    ],
)
def test_a_count_stays_as_it_is(said):
    assert in_digits(said) == said
