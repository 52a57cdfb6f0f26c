"""A list on the wire: its items, and where the next ones start."""

from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

Item = TypeVar("Item")

Shape = Literal["page", "items"]
"""How a list is asked for: ``items`` is the bare array, which n8n makes items of."""


class Page(BaseModel, Generic[Item]):
    """``next`` is an opaque cursor for the same route, or ``null`` at the end."""

    model_config = ConfigDict(frozen=True)
    items: tuple[Item, ...]
    next: str | None = None
