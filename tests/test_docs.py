"""What README, the guides and the example settings say is true."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from chassis.settings import ServiceSettings
from gateway.menus import Verb
from gateway.settings import GatewaySettings
from knowledge.settings import KnowledgeSettings
from notifier.settings import NotifierSettings
from storage.settings import StorageSettings

ROOT = Path(__file__).parent.parent
PAGES = sorted(
    page
    for pattern in (
        "*.md",
        "docs/*.md",
        "docs/decisions/*.md",
        "benchmarks/README.md",
        "benchmarks/*/README.md",
        "tests/peers/*/README.md",
    )
    for page in ROOT.glob(pattern)
)
DECISIONS = sorted(ROOT.glob("docs/decisions/[0-9]*.md"))
SETTINGS = (GatewaySettings, StorageSettings, KnowledgeSettings, NotifierSettings)
NEEDED: dict[str, Any] = {
    "nextcloud_url": "https://cloud.example.org",
    "nextcloud_user": "etm",
    "nextcloud_password": "look-alike",
    "telegram_api_id": "1",
    "telegram_api_hash": "look-alike",
    "telegram_bot_token": "1:look-alike",
    "telegram_groups": "chantier=-5000000001,sav=-5000000003,magasinier=-5000000002",
}
SET_BY_HAND = re.compile(r"^#? ?([A-Z][A-Z0-9_]+)=", re.MULTILINE)


def _known() -> set[str]:
    return {name.upper() for settings in SETTINGS for name in settings.model_fields}


@pytest.mark.parametrize("settings", SETTINGS)
def test_every_setting_is_in_the_example(settings: type[ServiceSettings]):
    example = (ROOT / "deploy/.env.example").read_text(encoding="utf-8")

    missing = {name.upper() for name in settings.model_fields} - set(
        SET_BY_HAND.findall(example)
    )

    assert missing == set()


@pytest.mark.parametrize("settings", SETTINGS)
def test_what_the_example_sets_is_the_default(settings: type[ServiceSettings]):
    lines = (ROOT / "deploy/.env.example").read_text(encoding="utf-8")
    set_there: dict[str, Any] = {
        name.lower(): value
        for name, value in re.findall(
            r"^(?:# )?([A-Z][A-Z0-9_]+)=(.+)$", lines, re.MULTILINE
        )
        if name.lower() in settings.model_fields
    }
    if settings is NotifierSettings:
        set_there["retry_longest_s"] = "300"  # the line above it says so
    needed = {n: v for n, v in NEEDED.items() if n in settings.model_fields}

    by_the_example = settings(_env_file=None, **needed, **set_there)

    assert by_the_example == settings(_env_file=None, **needed)


def test_the_example_names_no_setting_that_is_not_there():
    example = (ROOT / "deploy/.env.example").read_text(encoding="utf-8")

    compose = (ROOT / "deploy/compose.yaml").read_text(encoding="utf-8")
    read_by_compose = set(re.findall(r"\$\{([A-Z_]+)", compose))

    named = set(SET_BY_HAND.findall(example))

    assert named - _known() - read_by_compose == set()
    assert read_by_compose - named == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path):
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))

    assert [target for target in targets if not (page.parent / target).exists()] == []


def _anchors(page: Path) -> set[str]:
    """What GitHub makes of a page's headings: lower case, hyphens for blanks, no punctuation."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_to_a_heading_find_it(page: Path):
    links = re.findall(
        r"\]\((?!https?:)([^)#]*)#([^)]+)\)", page.read_text(encoding="utf-8")
    )

    lost = [
        (target, anchor)
        for target, anchor in links
        if anchor not in _anchors(page.parent / target if target else page)
    ]
    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_make_targets_that_pages_name_exist(page: Path):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z0-9-]*):", makefile, re.MULTILINE))

    named = set(
        re.findall(r"`(?:\$ )?make ([a-z][a-z0-9-]*)", page.read_text(encoding="utf-8"))
    )

    assert named - targets == set()


def test_every_make_target_that_helps_is_phony():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    listed = set(re.findall(r"^([a-z][a-z0-9-]*):.*## ", makefile, re.MULTILINE))
    phony = set(
        " ".join(re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)).split()
    )

    assert listed <= phony


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda decision: decision.stem)
def test_each_decision_is_named_where_it_was_taken(decision: Path):
    sources = [
        *ROOT.glob("packages/*/pyproject.toml"),
        *ROOT.glob("packages/*/src/**/*.py"),
        *ROOT.glob("services/*/src/**/*.py"),
        *ROOT.glob("tests/peers/**/*.py"),
        *ROOT.glob("demo/*.py"),
        *(file for file in ROOT.glob("deploy/*") if file.is_file()),
        ROOT / "pyproject.toml",
    ]
    number = f"docs/decisions/{decision.stem[:4]}"

    assert any(number in one.read_text(encoding="utf-8") for one in sources)


def test_the_index_names_each_decision_by_its_title_and_in_one_line():
    index = (ROOT / "docs/decisions/README.md").read_text(encoding="utf-8")
    listed = re.findall(
        r"^\| \[(\d{4})\]\(([\w.-]+)\) \| ([^|]+) \| [^|]+ \|$", index, re.MULTILINE
    )

    titles = [
        (one.stem[:4], one.name, one.read_text(encoding="utf-8").partition("\n")[0])
        for one in DECISIONS
    ]

    assert [(n, file, f"# {n} {title}") for n, file, title in listed] == titles


def test_the_guide_names_each_beginning_of_the_bots_own_buttons():
    guide = (ROOT / "docs/guide-n8n.md").read_text(encoding="utf-8")
    told = re.search(r"like the bot's own buttons\s*\(([^)]+)\)", guide)

    assert told is not None
    assert set(re.findall(r"`(\w+):`", told[1])) == set(Verb)


def test_contributing_tells_each_target_and_its_time():
    told = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| `make ([a-z0-9-]+)[^`]*`( ·)? \| ([^|]+) \|", told, re.MULTILINE
    )
    proof = (ROOT / ".ci/run").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    listed = re.findall(r"^([a-z][a-z0-9-]*):.*## ", makefile, re.MULTILINE)
    brief = {"help", "install", "format", "clean"}

    dotted = {name for name, dot, _ in rows if dot}
    assert dotted == set(re.findall(r"^step make ([a-z0-9-]+)", proof, re.MULTILINE))
    assert {name for name, _, _ in rows} == set(listed) - brief
    assert [name for name, _, took in rows if not re.search(r"\d|four", took)] == [
        "live"
    ]


def test_no_module_is_long():
    """A module of more than 250 lines is two nouns."""
    modules = [
        *ROOT.glob("packages/*/src/**/*.py"),
        *ROOT.glob("services/*/src/**/*.py"),
    ]
    lengths = {m: len(m.read_text(encoding="utf-8").splitlines()) for m in modules}

    assert {m.name: length for m, length in lengths.items() if length > 250} == {}


def test_each_member_has_the_name_and_licence_of_the_house():
    for member in [*ROOT.glob("packages/*"), *ROOT.glob("services/*")]:
        project = tomllib.loads(
            (member / "pyproject.toml").read_text(encoding="utf-8")
        )["project"]
        assert project["name"] == f"etm-{member.name}"
        assert project["license"] == "MIT"
