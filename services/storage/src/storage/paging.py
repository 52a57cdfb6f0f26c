"""Pages of an ordered list: each begins behind the last one's end, whatever came, went or moved meanwhile."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from chassis import cursors
from storage.resources import Resource

Place: TypeAlias = Callable[[Resource], tuple[Any, ...]]
"""Where one stands: what a list is ordered by, ascending, as JSON can say it. No two of a list have the same."""


def page_of(
    ordered: Sequence[Resource], place: Place, *, limit: int, cursor: str | None
) -> tuple[Sequence[Resource], str | None]:
    """
    Cut one page out of what is *ordered* by *place*.

    Returns:
        At most *limit* of them, and the cursor of the next page or ``None``.

    Raises:
        Rejected: *cursor* is not one of ours.
    """
    start = _start(ordered, place, cursor) if cursor else 0
    page = ordered[start : start + limit]
    more = start + limit < len(ordered)
    return page, cursors.written(place(page[-1])) if more else None


def _start(ordered: Sequence[Resource], place: Place, cursor: str) -> int:
    """Find the first one behind the last page's last, which need not be there any more."""
    last = cursors.read(cursor)
    if not ordered:
        return 0
    if [*map(type, last)] != [*map(type, place(ordered[0]))]:
        raise cursors.foreign()
    return bisect_right(ordered, last, key=place)
