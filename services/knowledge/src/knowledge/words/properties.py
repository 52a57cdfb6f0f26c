"""Properties that are asked for by a word: a passage without it, and without what tells it, does not speak of it."""

from collections.abc import Mapping
from functools import cache

from knowledge.words.lexical import word_tokens

_PROPERTIES = (
    ("poids pese peser", "kg"),
    ("prix cout tarif", "euro"),
    ("dimensions encombrement profondeur", "largeur longueur taille"),
    ("section", "mm2"),
    ("couple serrage", "serrer nm"),
    ("garantie", "garanti"),
    ("rendement", "cop"),
    ("capacite contenance", "volume litre l kwh"),
    ("puissance", "kw kva w va watt btu"),
    ("sonore acoustique decibel db dba", ""),
    ("wifi wlan", "internet ssid routeur hotspot dongle appli"),
    ("reference ref", "article"),
    ("bluetooth", "ble"),
    ("telephone hotline", "tel appeler joindre"),
    ("altitude", ""),
    ("cycle", "antilegionelle desinfection degivrage"),
    ("livraison", ""),
    ("conges conge", ""),
    ("paie salaire", ""),
    ("vacances", ""),
    ("planning", ""),
    ("astreinte", ""),
    ("facture", ""),
    ("meteo", ""),
    ("tva", ""),
    ("camion camionnette fourgon", "transport"),
    ("prime cee maprimerenov subvention", ""),
)
"""By name, and by what tells it: a word, a unit. The last are the office's to know."""


@cache
def told_by() -> Mapping[int, frozenset[int]]:
    """By the token of each property's name, the tokens of which a passage has one that speaks of it."""
    told: dict[int, frozenset[int]] = {}
    for names, others in _PROPERTIES:
        asked = [token for name in names.split() for token in word_tokens(name)]
        all_of_it = frozenset(
            (*asked, *(t for other in others.split() for t in word_tokens(other)))
        )
        told |= dict.fromkeys(asked, all_of_it)
    return told
