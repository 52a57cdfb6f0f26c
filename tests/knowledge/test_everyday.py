"""Questions as they are typed in a hurry: glued articles, everyday words, small numbers, blinking lamps."""

from tests.knowledge.service import knowledge, put, search

PULSAR = """# Wallbox Pulsar
## Voyants
| Éclats | Sens |
|---|---|
| 3 | terre absente, contrôler le conducteur |
| 5 | contacteur collé, remplacer la borne |
## Alarme sonore
Quatre bips : le badge est inconnu. Double flash vert : mise à jour en cours.
Le voyant bleu clignote 7 fois : la charge est en pause. Six signaux sonores : le câble est verrouillé.
## Passerelle
Le point d'accès de la passerelle s'ouvre par un appui de trois secondes.
## Pose
La borne se pose à l'extérieur, à un mètre du sol. Le socle VE.Bus reste libre.
"""
LYNX = """# GoodWe ET et batterie Lynx
## Codes
| Code | Libellé |
|---|---|
| F.718 | ventilateur bloqué, ôter la glace |
| 002004 | tension d'élément trop basse |
| PINV_a067 | fréquence du réseau trop haute |
## Batterie
Codes Lynx : 06 = déséquilibre d'étages, 12 = contacteur de batterie collé.
"""
AQUAREA = """# Panasonic Aquarea
## Appoint
Ajouter 20 g de R32 par mètre de tuyauterie.
## Données
L'unité extérieure pèse 66 kg.
## Pose
Le raccordement se fait en câble H07RN-F, jamais en U1000R2V. Le dégivrage peut durer 30 minutes par temps de givre.
La surveillance travaille 24 heures sur 24.
## Compteur
Compteur monophasé DDSU666-H : adresse 11. Le poids d'impulsion du compteur se règle au menu 10.
## Bruit
Une pompe qui fait du bruit est à purger.
## Eau
Le vase d'expansion se gonfle à 1 bar. Le débitmètre se nettoie à l'eau. Le limiteur de température se réarme à la main.
"""


ANSWERED = (
    ("wallbox 5 eclats", "contacteur collé"),
    ("pulsar 3 flashs", "terre absente"),
    ("4 bips sur la borne", "badge est inconnu"),
    ("borne 2 flashs verts", "mise à jour en cours"),
    ("7 clignotements bleus sur la borne", "charge est en pause"),
    ("borne 6 bips câble", "câble est verrouillé"),
    ("raccordement cable u 1000 r2v", "jamais en U1000R2V"),
    ("degivrage par temps de givre depuis 6 h 30", "Le dégivrage peut durer"),
    ("surveillance h 24 sur 24", "24 heures sur 24"),
    ("comment ouvrir lacces de la passerelle", "point d'accès de la passerelle"),
    ("on peut poser la borne dehors", "à l'extérieur"),
    ("prise vebus", "socle VE.Bus"),
    ("combien de R32 rajouter par metre de tube aquarea 5", "20 g de R32"),
    ("code 718 goodwe", "ôter la glace"),
    ("goodwe 002004", "tension d'élément"),
    ("2004 batterie", "tension d'élément"),
    ("pinv_a067", "fréquence du réseau"),
    ("lynx code 12", "contacteur de batterie collé"),
    ("regler compteur 10 impulsions par kwh", "poids d'impulsion"),
    ("adresse du ddsu", "DDSU666-H : adresse 11"),
    ("ca pese cb laquarea", "66 kg"),
    ("qq1 a une pompe aquarea qui fait du bruit", "est à purger"),
    ("on gonfle a combien le ballon rouge", "se gonfle à 1 bar"),
    ("laver la fiole du collecteur", "débitmètre se nettoie"),
    ("rearmer le stb", "se réarme à la main"),
)
UNANSWERED = (
    "pulsar 9 eclats",  # a code that the notice has not
    "pulsar 66 eclats",  # a number that some notice has, of another thing
    "f 740 goodwe ventilateur",
    "niveau sonore de laquarea",  # it tells no word of noise
    "combien de decibels fait la pompe aquarea",  # the one told of noise is no level
    "connecter aquarea au wifi, raccordement",
    "salu ca va",
    "combien de jours de conges pour la pose d'une borne",
    "puissance de la clim 5",  # 5 is a lamp's code, of another thing
)


async def test_what_is_asked_in_a_hurry_is_found_and_what_no_notice_tells_refused(
    tmp_path,
):
    async with knowledge(tmp_path) as http:
        for name, notice in (("pulsar", PULSAR), ("aquarea", AQUAREA), ("lynx", LYNX)):
            await put(http, name, notice, name=f"{name}.md")
        found = {question: await search(http, question) for question, _ in ANSWERED}
        refused = [await search(http, question) for question in UNANSWERED]

    assert {
        question: answer
        for question, answer in ANSWERED
        if answer not in found[question]["passages"][0]["text"]
        or not found[question]["confident"]
    } == {}
    assert [answer["query"] for answer in refused if answer["confident"]] == []
