"""Leads written by hand, true ones and wrong ones: which of them hold against their passages."""

import json
from collections import Counter

from benchmarks.knowledge.labelled import CORPUS
from knowledge.answers.extracts import Extract
from knowledge.answers.leads import lead
from knowledge.index.passages import Passage

KINDS = {
    "true": "said in other words",
    "invention": "a deed or thing of its own",
    "turned": "the contrary",
    "number": "another number",
    "mixed": "of two places, or of another passage",
}


def print_leads() -> None:
    """Print how many leads of each kind hold; the rules were last changed after set B had been asked once."""
    held: Counter[tuple[str, str]] = Counter()
    asked: Counter[tuple[str, str]] = Counter()
    lines = (CORPUS / "leads.jsonl").read_text(encoding="utf-8").splitlines()
    for case in map(json.loads, lines):
        extracts = [
            Extract(number, Passage("d", "v", number, source="Notices", **about))
            for number, about in enumerate(case["passages"], start=1)
        ]
        for written in case["leads"]:
            key = case["set"], written["kind"]
            asked[key] += 1
            held[key] += lead(f"1. {written['lead']}", extracts) is not None
    print("leads that hold                                          set A      set B")
    for kind, meaning in KINDS.items():
        figures = [f"{held[s, kind]:>3} of {asked[s, kind]:<3}" for s in ("A", "B")]
        print(f"{kind:<10} {meaning:<44} {'  '.join(figures)}")
