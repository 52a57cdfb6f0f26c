"""What the demo prints: a chat as it unrolls before a person, a tree of files."""

import textwrap
from collections.abc import Iterable
from pathlib import PurePosixPath

from tests.peers.telegram import Message

_WIDTH = 72
_LONGEST_LINE = 92


def framed(title: str, lines: Iterable[str]) -> list[str]:
    """Draw *lines* as a chat's window."""
    return [
        f"┌─ {title} " + "─" * (_WIDTH - len(title) - 4),
        *lines,
        "└" + "─" * _WIDTH,
    ]


def bot_lines(message: Message) -> list[str]:
    """Show what the bot says: its text, and its buttons row by row; ``✎`` when it is an edit of what stood there."""
    first, *rest = message.text.splitlines() or [""]
    mark = "✎" if message.earlier else " "
    buttons = (
        "  ".join(f"[{button.text}]" for button in row) for row in message.buttons
    )
    lines = (part for line in (*rest, *buttons) for part in _wrapped(line))
    return [f"│ 🤖 {mark} {first}", *(f"│      {line}" for line in lines)]


def _wrapped(line: str) -> list[str]:
    return textwrap.wrap(line, _LONGEST_LINE) or [""]


def own_line(text: str) -> str:
    """Show what the person does."""
    return f"│ 👷   {text}"


def tree_lines(paths: Iterable[str]) -> list[str]:
    """Draw files as a tree of folders, sorted by name."""
    lines: list[str] = []
    shown: tuple[str, ...] = ()
    for path in sorted(PurePosixPath(path) for path in paths):
        folders = path.parts[:-1]
        for depth, folder in enumerate(folders):
            if folders[: depth + 1] != shown[: depth + 1]:
                lines.append(f"{'   ' * depth}📁 {folder}/")
        shown = folders
        lines.append(f"{'   ' * len(folders)}{path.name}")
    return lines
