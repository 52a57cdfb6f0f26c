"""What an answer does not tell: words of the question that the best passage has in no way."""

import pytest
import pytest_asyncio

from knowledge.index.passages import Hit, Passage
from knowledge.search.confidence import judgement
from knowledge.search.questions import understood
from knowledge.search.unsaid import not_said
from knowledge.words.vocabulary import Vocabulary, counted
from tests.knowledge.service import knowledge, put, search

ALFEN = """# Alfen Eve Single
## Carte SIM
La carte SIM livrée se glisse dans la fente du lecteur ; activer la connexion sans fil. Le câble mural supporte la pluie.
"""
FILTERS = [f"Remplacer le filtre {n} par un neuf de type F{n}7." for n in range(12)]


def told(question, text, **about):
    """What is named as not said in *text*, of the one passage that is found."""
    passages = [Passage("a", "1", 0, text, title="Alfen Eve", **about)]
    passages += [Passage("f", "2", n, filter_) for n, filter_ in enumerate(FILTERS)]
    asked = understood(question, Vocabulary(len(passages), counted(passages)))
    hit = Hit(passages[0], 1.0)
    judged = judgement(asked, hit)
    assert judged.believed
    return not_said(question, asked, judged, hit)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def alfen(tmp_path_factory):
    async with knowledge(tmp_path_factory.mktemp("alfen")) as http:
        await put(http, "eve", ALFEN, title="Alfen Eve Single")
        for n, text in enumerate(FILTERS):
            await put(http, f"f{n}", text)
        await put(http, "codes", "E12 : tension du réseau trop élevée, mesurer.")
        yield http


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Quel est le PUK de la carte SIM livrée ?", ["PUK"]),
        ("carte SIM livrée : le PUK puis l'APN", ["PUK", "APN"]),
        ("bonjour, la carte SIM livrée svp, merci", []),
        ("où glisser la cartte SIM livrée", []),
        ("carte SIM livrée de la borne, en wifi", []),
        ("carte SIM livrée Huawei, PUK", None),
        ("la carte SIM livrée ne marche plus, PUK", []),
        ("erreur E12 PUK", []),
        ("PUK, hamac ou tulipe du lecteur", None),
    ],
)
@pytest.mark.asyncio(loop_scope="module")
async def test_an_answer_names_what_the_best_passage_does_not_say(
    question, expected, alfen
):
    found = await search(alfen, question)

    assert found["confident"] == (expected is not None)
    assert found["not_said"] == (expected or [])


@pytest.mark.asyncio(loop_scope="module")
async def test_the_words_stand_as_typed_in_the_order_of_the_question(alfen):
    found = await search(alfen, "PE\u0301AGE puis l'Œillet, carte SIM livrée au mur ?")

    assert found["not_said"] == ["PÉAGE", "Œillet"]


SIM = "La carte SIM livrée se glisse dans la fente du lecteur mural."


def test_no_more_than_three_words_are_named():
    question = "carte SIM livrée"

    assert told(f"{question} PUK", SIM) == ("PUK",)
    assert told(f"{question} PUK APN hamac tulipe", SIM) == ("PUK", "APN", "hamac")


def test_a_long_question_tells_more_than_it_asks():
    question = "carte SIM livrée lecteur mural fente"

    assert told(f"{question} PUK", SIM) == ("PUK",)
    assert told(f"{question} PUK hamac", SIM) == ()


@pytest.mark.parametrize(
    "word",
    [
        "mettre dedans",
        "jfais",
        "filtre",
        "clim",
        "2011",
        "3eme",
        "w",
        "bonjour svp",
    ],
)
def test_what_names_nothing_or_is_everywhere_is_not_named(word):
    assert told(f"carte SIM livrée {word} PUK", SIM) == ("PUK",)


@pytest.mark.parametrize("seen", ["clignote", "Vertes", "en rouge"])
def test_who_says_what_a_lamp_does_tells_in_words_of_his_own(seen):
    lamp = f"{SIM} Le voyant vert clignote ou reste rouge."

    assert told("carte SIM livrée voyant PUK", lamp) == ("PUK",)
    assert told(f"carte SIM livrée voyant {seen} PUK", lamp) == ()


def test_what_is_longer_than_any_word_is_not_named():
    assert told(f"carte SIM livrée {'z' * 31}", SIM) == ()
    assert told(f"carte SIM livrée {'z' * 30}", SIM) == ("z" * 30,)


def test_a_joined_word_is_named_without_what_names_nothing_of_it():
    assert told("carte SIM livrée, porte-hamac ?", SIM) == ("porte-hamac",)
    assert told("carte SIM livrée, sous-répartiteur ?", SIM) == ("répartiteur",)
    assert told("La carte SIM livrée clapote-t-elle ?", SIM) == ("clapote",)
    assert told("La carte SIM livrée, anti-lecteur ?", SIM) == ()


async def test_a_word_that_is_shown_beside_the_passage_is_said(tmp_path):
    """It was cut off what was found, and is put back for the reader."""
    plates = " ".join(f"Poser la plaque {n} au mur." for n in range(40))
    between = " ".join(f"Le réglage {n} se fait à froid." for n in range(12))
    card = "La carte SIM du lecteur livré."
    async with knowledge(tmp_path) as http:
        await put(
            http, "notice", f"{plates} Le tournevis est plat. {between} {card} {plates}"
        )
        found = await search(http, "carte SIM lecteur livré tournevis PUK")

    assert "tournevis" in found["passages"][0]["text"]
    assert found["not_said"] == ["PUK"]
