"""What a search is narrowed to: sources and tags, whatever case and accents they are asked in."""

from collections.abc import Iterable, Sequence

from contracts.knowledge import SearchRequest
from knowledge.documents.catalogue import Catalogue
from knowledge.index.passages import label
from knowledge.words.folding import folded


async def narrowed(
    request: SearchRequest, catalogue: Catalogue
) -> tuple[tuple[str, ...], ...]:
    """The labels of which a passage must have one in each group, written as the documents have them."""
    if not request.sources and not request.tags:
        return ()
    shelves = await catalogue.shelves()
    groups = (
        ("source", request.sources, [source for source, _ in shelves]),
        ("tag", request.tags, [tag for _, tags in shelves for tag in tags]),
    )
    return tuple(
        tuple(label(kind, name) for name in _as_written(asked, there))
        for kind, asked, there in groups
        if asked
    )


def _as_written(asked: Sequence[str], there: Iterable[str]) -> tuple[str, ...]:
    """What *asked* means of what is *there*; what nothing has stays as it is, and finds nothing."""
    meant = {folded(name) for name in asked}
    known = sorted(name for name in set(there) if folded(name) in meant)
    return tuple(known) or tuple(asked)
