"""Names and words that a voice wrote as others that sound like them."""

import pytest

from knowledge.search.questions import understood
from knowledge.words.folding import words_of
from knowledge.words.heard import Heard
from knowledge.words.sounds import sound
from knowledge.words.vocabulary import Vocabulary

SAID = """
    vitocal vitodens altherma alfea extensa ecodan aeromax thermor soupape specialiste dynamometrique degivrage remede atlantic
    pompe chaleur eau ballon radiateur phase en defaut vite au aux dans son de la le les un deux cents dent radio vent marche
    levier serrage desserrage lance descend direct panne tension grand pulsar multiplus thermo plus lampe heure regle
"""
KNOWN = Vocabulary(99, dict.fromkeys(SAID.split(), 2))


def heard(said: str) -> str:
    strange = [word for word in words_of(said) if KNOWN.meant(word).strange]
    return KNOWN.heard(said, strange)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("la vite au cal siffle", "la vitocal siffle"),
        ("l'eco dan est froid", "l'ecodan est froid"),
        ("sur l'alfred a extensa", "sur l'alfea extensa"),
        ("la daikin altere ma coupe", "la daikin altherma coupe"),
        ("un aero max de 200 litres", "un aeromax de 200 litres"),
        ("la sous pape coule", "la soupape coule"),
        ("la cle dynamo metrique", "la cle dynamometrique"),
        ("une visse man en panne", "une viessmann en panne"),
        ("un vaille an en panne", "un vaillant en panne"),
        ("un chafotto en panne", "un chaffoteaux en panne"),
        ("la oua oue en panne", "la huawei en panne"),
    ],
)
def test_a_name_or_a_word_is_heard_in_words_of_which_one_is_strange(said, meant):
    assert heard(said) == meant


@pytest.mark.parametrize(
    "said",
    [
        "le ballon en phase de chauffe",
        "le grand ballon",
        "il remet de l'eau",
        "je lance la pompe",
        "couple de serage",
        "deux cents litres",
        "on dirait qu'il chauffe",
        "l'eau coule ailleurs",
        "a altermat en panne",
        "pas de resistence d'appoint",
        "vite, au calme",
        "la pompe. a chaleur",
        "j'ai envoye la photo",
        "au dessus de l'evier",
        "la vite aux dents fuit",
    ],
)
def test_what_was_meant_as_written_stays(said):
    assert heard(said) == said


def test_no_number_is_part_of_what_is_heard():
    assert heard("il fait deux pape") == "il fait deux pape"
    assert heard("2 eco dan 3") == "2 ecodan 3"


def test_the_longest_name_is_heard():
    assert heard("la saunier du val") == "la saunier duval"


def test_a_tags_brand_is_heard():
    known = Vocabulary(9, {"brand:solavolta": 3, "solavolta": 3})

    assert understood("sola volte a en panne", known).brands == ("brand:solavolta",)


def test_a_name_is_read_before_what_is_spelled():
    question = understood("la vite au cal elle me met u elle", KNOWN)

    assert question.brands == ("brand:viessmann",)


def test_a_name_that_begins_otherwise_hides_no_other_that_is_near():
    names = Heard({"tovika", "ravika"}, {}, ("tovika", "ravika"))

    assert names.written("la rov ika", ["rov"]) == "la ravika"


def test_a_question_of_known_words_is_looked_at_no_further():
    nothing_known = Heard({}, {})

    assert nothing_known.written("vite au cal", ()) == "vite au cal"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("enphase", "enfase"),
        ("vaillant", "vayan"),
        ("huawei", "ouaouais"),
        ("wilo", "ouilo"),
        ("chaffoteaux", "chafotot"),
        ("hitachi", "itachi"),
        ("purge", "purjes"),
        ("corps", "cor"),
        ("thermor", "termor"),
    ],
)
def test_what_sounds_alike_has_one_sound(one, other):
    assert sound(one) == sound(other)


@pytest.mark.parametrize(("one", "other"), [("vis", "vase"), ("purge", "purgue")])
def test_what_sounds_otherwise_has_another(one, other):
    assert sound(one) != sound(other)
