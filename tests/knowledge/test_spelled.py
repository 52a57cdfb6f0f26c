"""Codes that were spelled to a voice."""

import pytest

from knowledge.words.spelled import spelled

KNOWN = {
    "l9",
    "u8",
    "w29",
    "c5",
    "7h.4",
    "e7",
    "h62",
    "a5",
    "f12",
    "p3",
    "e2.24",
    "f21",
    "14",
    "145",
    "255",
    "c2",
    "4",
    "c4",
    "ul",
    "ab",
}


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("l'ecodan me sort elle neuf je regarde quoi", "l9"),
        ("elle marque sept h tiret zero quatre sur l'ecran", "7h-04"),
        ("code double v vingt neuf", "w29"),
        ("sur la vitocal c'est marque c'est cinq et elle attend", "c5"),
        ("erreur eux sept", "e7"),
        ("erreur hache soixante deux", "h62"),
        ("code effe 12 sur la pac", "f12"),
        ("il affiche hue huit", "u8"),
        ("defaut p trois", "p3"),
        ("il me marque sept h tiret zero quatre c'est quoi", "7h-04"),
        ("code u elle sur la pac", "ul"),
        ("elle me met a b et plus de resistance", "ab"),
        ("le code d'erreur hache soixante deux", "h62"),
        ("elle affiche le double ve vingt neuf", "w29"),
        ("ca marque c'est elle neuf", "l9"),
        ("elle me marque elle neuf zero zero", "l900"),
        ("elle me marque elle neuf deux fois", "l9"),
        ("elle me marque elle neuf vingt deux minutes apres", "l9"),
        ("elle me marque elle neuf un peu tout le temps", "l9"),
        ("panasonic hache 62 connais pas", "h62"),
        ("code f vingt et un", "f21"),
        ("erreur un quatre sur la pac", "14"),
        ("elle affiche un quatre cinq", "145"),
        ("le code c'est deux cinquante-cinq", "255"),
        ("le code c'est quatre", "4"),
        ("c'est marque c'est quatre et ca attend", "c4"),
        ("la pac eux deux point vingt-quatre", "e2.24"),
        ("la pac double v vingt neuf", "w29"),
        ("elle s'est mise en eux sept", "e7"),
        ("la pac est en eux 02 24", "e02-24"),
        ("la pac c'est eux zero deux vingt quatre", "e02-24"),
        ("j'ai elle neuf sur l'ecodan", "l9"),
        ("ca marque sept h moins zero quatre", "7h-04"),
    ],
)
def test_what_is_spelled_behind_a_word_for_code_is_one(said, written):
    assert written in spelled(said, KNOWN.__contains__).split()


@pytest.mark.parametrize(
    "said",
    [
        "le client dit elle marche plus",
        "elle met cinq minutes a demarrer",
        "ca met c'est cinq bars maximum",
        "elle neuf elle etait deja en panne",
        "il donne un air chaud",
        "erreur elle dix",
        "le voyant dit rien",
        "elle met le the au chaud",
        "sort air frais 5 degres",
        "elle met u a l'ecran",
        "elle affiche l'eau froide",
        "elle dit c'est un client",
        "j'ai un quatre pieces",
        "erreur un quatre fois",
        "chez eux 7 radiateurs sont froids",
        "il y en a cinq qui clignotent",
        "la hache 33 est posee",
        "elle neuf fois sur dix elle repart",
    ],
)
def test_what_is_no_code_stays_as_it_is(said):
    assert spelled(said, KNOWN.__contains__) == said
