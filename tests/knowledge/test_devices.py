"""Brands and models, in documents and questions."""

from knowledge.words.devices import (
    brands_among,
    brands_in,
    models_in,
    models_in_document,
)


def test_a_brand_is_named_by_itself_or_by_a_device():
    assert brands_in("mon FRONIUS clignote") == ("fronius",)
    assert brands_in("le SUN2000-10KTL-M1 s'arrête") == ("huawei",)
    assert brands_in("batterie US3000C") == ("pylontech",)
    assert brands_in("câble coincé dans la terra") == ("abb",)
    assert brands_in("dedietrich en panne") == ("de dietrich",)
    assert brands_in("une solar edge") == ("solaredge",)
    assert brands_in("l'amtron reste vert") == ("mennekes",)
    assert brands_in("rien de connu, à 400 watts, la sonde en phase") == ()


def test_wallbox_yields_to_a_brand_with_no_other_meaning():
    assert brands_in("ma wallbox keba") == ("keba",)
    assert brands_in("ma wallbox") == ("wallbox",)


def test_a_brand_that_only_a_tag_names_is_known_too():
    assert brands_among(["la", "pompe", "acme", "goutte"], ["acme"]) == ("acme",)


def test_a_model_is_met_by_its_beginning():
    assert models_in("symo 10.0-3-m") == ("symo10", "symo100", "symo1003", "symo1003m")
    assert models_in("symo 10")[0] in models_in("Fronius Symo 10.0-3-M")


def test_prose_has_models_only_where_they_are_written_as_names():
    assert models_in_document("Le Symo 10.0 et la page 12, section 4, tableau 3") == (
        "symo10",
        "symo100",
    )
