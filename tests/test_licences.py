"""What the services stand on may be used by a program under MIT, and the README names what asks for more than a notice."""

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

SERVICES = ("etm-gateway", "etm-storage", "etm-knowledge", "etm-notifier")
README = Path(__file__).parent.parent / "README.md"
_FREE = re.compile(r"\b(MIT|BSD|Apache|MPL|Mozilla|PSF|ISC|Unlicense|Zlib)\b")
_LESSER = re.compile(r"LGPL|Lesser General Public", re.IGNORECASE)


def needed() -> dict[str, Distribution]:
    """All that the services are installed with here, by name."""
    found: dict[str, Distribution] = {}
    waiting = [Requirement(name) for name in SERVICES]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        wanted = waiting.pop()
        extras = frozenset(wanted.extras) | {""}
        if (wanted.name.lower(), extras) in seen:
            continue
        seen.add((wanted.name.lower(), extras))
        try:
            there = distribution(wanted.name)
        except PackageNotFoundError:
            continue  # of another system: its marker was not looked at
        found[canonicalize_name(wanted.name)] = there
        for line in there.requires or ():
            needs = Requirement(line)
            if needs.marker is None or any(
                needs.marker.evaluate({"extra": extra}) for extra in extras
            ):
                waiting.append(needs)
    return found


def told(of: Distribution, field: str) -> str:
    return "; ".join(of.metadata.get_all(field) or [])


def licence(of: Distribution) -> str:
    """In the package's own words: an SPDX expression, its classifiers, or the first line of a text."""
    classifiers = told(of, "Classifier").split("; ")
    return (
        told(of, "License-Expression")
        or "; ".join(one for one in classifiers if one.startswith("License ::"))
        or told(of, "License")
        or of.read_text(f"licenses/{told(of, 'License-File')}")
        or ""
    ).partition("\n")[0]


def test_every_licence_fits_and_the_readme_names_the_lesser_gpl():
    licences = {name: licence(of) for name, of in needed().items()}
    others = {n: said for n, said in licences.items() if not _FREE.search(said)}
    lesser = {n for n, said in others.items() if _LESSER.search(said)}

    named = re.search(r"under the LGPL-3.0: (.*?);", README.read_text(encoding="utf-8"))

    assert {n: others[n] for n in set(others) - lesser} == {}
    assert named is not None
    assert set(re.findall(r"[\w-]+", named[1])) == lesser
    assert len(licences) > 50
