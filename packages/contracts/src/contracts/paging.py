"""A list on the wire: its items, and where the next ones start."""

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

Item = TypeVar("Item")


class Page(BaseModel, Generic[Item]):
    """``next`` is an opaque cursor for the same route, or ``null`` at the end."""

    model_config = ConfigDict(frozen=True)
    items: tuple[Item, ...]
    next: str | None = None
