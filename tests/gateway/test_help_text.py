"""What a technician reads about his fault fits a message of Telegram's, whatever was found."""

from contracts.knowledge import Passage, SearchAnswer
from contracts.wording import LONGEST, units
from gateway.help_text import LONGEST_PASSAGE, help_text


def passage(text: str, title: str = "Notice", page: int | None = 1) -> Passage:
    return Passage(
        text=text, source="Notices", title=title, page=page, score=1, document_id="d"
    )


def answer(*passages: Passage, leads: str = "") -> SearchAnswer:
    return SearchAnswer(
        search_id="s",
        query="q",
        passages=passages,
        answer=leads,
        answered_by="a-model" if leads else "passages",
        confident=True,
        mode="lexical",
        took_ms={},
    )


def test_a_long_passage_is_cut_after_a_sentence():
    long = "Couper le sectionneur DC. " * 40

    text = help_text("Müller", answer(passage(long)))

    assert text.endswith("Couper le sectionneur DC. […]")
    assert units(text) < LONGEST_PASSAGE + 80


def test_a_passage_without_an_end_is_cut_after_a_word():
    text = help_text("Müller", answer(passage("sectionneur " * 100)))

    assert text.endswith(" sectionneur…")


def test_a_table_keeps_its_lines_and_loses_its_blanks():
    table = "Code   |  Cause\n\n\n 567 \t|  Isolement  \n"

    assert help_text("Müller", answer(passage(table))).endswith(
        "\nCode | Cause\n567 | Isolement"
    )


def test_three_passages_are_shown_and_a_page_only_where_there_is_one():
    found = [passage(f"Texte {n}.", f"Titre {n}", None) for n in range(5)]

    text = help_text("Müller", answer(*found))

    assert text.count("📄") == 3
    assert "📄 Titre 2\nTexte 2." in text
    assert "p. " not in text


def test_no_help_is_longer_than_telegram_takes():
    emoji = "👨‍👩‍👧" * 3000
    found = [passage(emoji, emoji) for _ in range(3)]

    for text in (
        help_text(emoji, answer(*found)),
        help_text(emoji, answer(*found, leads=f"1. {emoji} [1] [2] [3]")),
    ):
        assert units(text) <= LONGEST
        text.encode()


def test_a_passage_without_pages_names_its_section():
    found = passage("Nettoyer.", "Soléa", None).model_copy(
        update={"section": "Soléa 8 > E-52"}
    )

    assert "📄 Soléa, E-52\nNettoyer." in help_text("Müller", answer(found))


def test_leads_that_are_cut_keep_their_sources():
    leads = f"1. Mesurer [1]\n2. {'x' * 5000} [2]"

    text = help_text("Müller", answer(passage("a", "Symo"), passage("b"), leads=leads))

    assert text.endswith("\n\n[1] Symo, p. 1\n[2] Notice, p. 1")
    assert units(text) <= LONGEST


def test_what_the_best_passage_does_not_say_stands_below_it():
    found = answer(passage("La carte SIM.", "Alfen"), passage("b")).model_copy(
        update={"not_said": ("PUK", "V2G")}
    )

    assert help_text("Müller", found).endswith(
        "📄 Alfen, p. 1\nLa carte SIM.\n"
        "⚠️ Ce passage ne parle pas de\xa0: PUK, V2G\n\n"
        "📄 Notice, p. 1\nb"
    )


def test_what_the_best_passage_does_not_say_stands_between_leads_and_sources():
    leads = f"1. {'Mesurer ' * 600} [1]"
    found = answer(passage("a", "Alfen"), leads=leads).model_copy(
        update={"not_said": ("PUK",)}
    )

    text = help_text("Müller", found)

    assert text.endswith(
        "…\n\n⚠️ Le passage [1] ne parle pas de\xa0: PUK\n[1] Alfen, p. 1"
    )
    assert units(text) <= LONGEST


def test_nothing_is_said_of_what_an_answer_tells_all_of():
    assert "ne parle pas de" not in help_text("Müller", answer(passage("a")))
    assert "ne parle pas de" not in help_text(
        "M", answer(passage("a"), leads="1. a [1]")
    )
