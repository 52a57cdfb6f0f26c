"""What passages are filled with."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Unit:
    """What is not parted unless it is too long: a paragraph or a row, the codes in it, and those it explains."""

    text: str
    page: int | None
    codes: frozenset[str]
    entry_of: frozenset[str] = frozenset()
    stands_alone: bool = False
    opens: bool = False
    continues: bool = False


@dataclass(slots=True)
class Open:
    """The passage being filled."""

    units: list[Unit] = field(default_factory=list)
    tokens: int = 0
