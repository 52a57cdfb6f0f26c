"""What a voice took back."""

import pytest

from knowledge.search.questions import understood
from knowledge.words.corrected import corrected
from knowledge.words.vocabulary import Vocabulary


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("ca marque defaut 25 non attends 15", "ca marque defaut 15"),
        ("erreur douze euh non treize sur la pac", "erreur treize sur la pac"),
        ("erreur 12 non 13 non 14", "erreur 14"),
        ("defaut 25, non attends, 15", "defaut 15"),
        ("j'ai elle 9 non attends c'est pas un 9 c'est elle p", "j'ai elle p"),
        ("il affiche c'est pas un 9 c'est un 6", "il affiche 6"),
        ("le u 4 non pardon le u 5", "le u 5"),
        ("u quatre enfin u cinq", "u cinq"),
        ("c'est pas un u 4 c'est un u 5", "u 5"),
        ("alarme soixante deux je me trompe soixante douze", "alarme soixante douze"),
        ("celui en 32 non pas le 32 le 410", "celui en 410"),
    ],
)
def test_a_code_that_is_taken_back_for_another_is_left_out(said, meant):
    assert corrected(said) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("code hache 62 pardon 76", "code hache 76"),
        ("le u quatre non cinq", "le u cinq"),
        ("il y en a 2 enfin 3", "il y en a 3"),
    ],
)
def test_the_letters_stay_where_only_the_number_is_said_again(said, meant):
    assert corrected(said) == meant


@pytest.mark.parametrize(
    "said",
    [
        "elle non plus elle marche pas",
        "c'est pas un a",
        "erreur 12 attends 3 minutes",
        "pas le 12 volts c'est 5 volts",
        "y a pas un 2 a l'ecran",
        "il y a pas 2 bornes c'est 3",
        "ca fait pas 5 bars c'est 3 bars",
        "il m'a dit non 12 fois",
        "erreur 12 non resolue",
        "erreur 12. non, 13 fois",
    ],
)
def test_what_takes_nothing_back_stays_as_it_is(said):
    assert corrected(said) == said


def test_the_code_that_was_meant_is_demanded():
    known = Vocabulary(9, {"code:15": 1, "code:25": 1, "erreur": 2})

    question = understood("Erreur 25, non attends, 15.", known)

    assert question.demanded == ("code:15",)
