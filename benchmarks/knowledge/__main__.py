"""``make bench-knowledge``: what is found, how quickly, in how much memory, and what kills leave behind."""

import argparse
import asyncio
import os
import tempfile
from pathlib import Path

from benchmarks.knowledge.baseline import baseline
from benchmarks.knowledge.calibration import print_calibration
from benchmarks.knowledge.given import print_given
from benchmarks.knowledge.labelled import documents, questions
from benchmarks.knowledge.leads import print_leads
from benchmarks.knowledge.over_http import fill, http_beside_bare, idle_memory
from benchmarks.knowledge.quality import figures, ours
from benchmarks.knowledge.served import model_dir
from benchmarks.knowledge.speed import print_speed
from benchmarks.knowledge.strangers import print_strangers
from tests.knowledge.killed import kill_while_indexing


async def found(folder: Path, model: Path | None) -> None:
    """Print what the labelled questions find."""
    words = await ours(folder / "words", None, documents(), questions())
    print(figures(words).line("ours, words alone"))
    if model is None:
        print(
            "no model: set KNOWLEDGE_TEST_MODEL_DIR for hybrid search and the baseline"
        )
        return
    hybrid = await ours(folder / "hybrid", model, documents(), questions())
    print(figures(hybrid).line("ours, hybrid"))
    print(figures(hybrid[0::2]).line("  questions it was calibrated on"))
    print(figures(hybrid[1::2]).line("  the other half"))
    if os.environ.get("CHROMA_PYTHON"):
        print(
            figures(await baseline(model, documents(), questions())).line(
                "naive baseline (ChromaDB)"
            )
        )
    for result in hybrid:
        if result.question.document and not 0 < result.rank <= 3:
            print(
                f"  not in the first three: {result.question.text!r}; first was {result.top}"
            )


async def quick(folder: Path, model: Path | None) -> None:
    """Print ratios and memory."""
    await print_speed(folder / "speed", model)
    await fill(_made(folder / "lexical"), None)
    print(
        f"idle memory, words alone: {await idle_memory(folder / 'lexical', None):.0f} MB"
    )
    if model is not None:
        await fill(_made(folder / "filled"), model)
        for clients in (1, 16):
            print(f"search over HTTP, {clients} at once, beside the Edge query and")
            beside = await http_beside_bare(folder / "filled", model, clients)
            for name, pair in beside.items():
                print(pair.line(f"  {name}"))
        print(
            f"idle memory, with the model: {await idle_memory(folder / 'filled', model):.0f} MB"
        )


async def killed(folder: Path, kills: int) -> None:
    counts = await kill_while_indexing(_made(folder / "killed"), kills, seed=1)
    print(
        f"killed {counts.kills} times while indexing: lost {counts.lost}, doubled {counts.doubled}"
    )


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


async def main() -> None:
    parser = argparse.ArgumentParser("benchmarks.knowledge")
    parser.add_argument(
        "parts",
        nargs="*",
        default=[
            "found",
            "strangers",
            "calibration",
            "leads",
            "given",
            "quick",
            "killed",
        ],
    )
    parser.add_argument("--kills", type=int, default=50)
    asked = parser.parse_args()
    model = model_dir()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if "found" in asked.parts:
            await found(folder, model)
        if "strangers" in asked.parts:
            chroma = bool(os.environ.get("CHROMA_PYTHON"))
            await print_strangers(folder / "strangers", model, chroma=chroma)
        if "calibration" in asked.parts:
            await print_calibration(folder / "calibration", model)
        if "leads" in asked.parts:
            print_leads()
        if "given" in asked.parts:
            await print_given(folder / "given")
        if "quick" in asked.parts:
            await quick(folder, model)
        if "killed" in asked.parts:
            await killed(folder, asked.kills)


if __name__ == "__main__":
    asyncio.run(main())
