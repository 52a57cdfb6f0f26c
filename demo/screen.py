"""What the demo prints: the chat as the technician sees it, the folder tree, the notice."""

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Protocol

_WIDTH = 66


class Shown(Protocol):
    """One message of a chat as a person sees it now."""

    out: bool
    text: str
    buttons: Sequence[Sequence[str]]
    media_kind: str | None
    edits: Sequence[str]


def chat_lines(title: str, person: str, messages: Iterable[Shown]) -> list[str]:
    """Draw a chat: the person's own messages right, the bot's left, photos of an album in one line."""
    lines = [f"┌─ {title} " + "─" * max(0, _WIDTH - len(title) - 4)]
    photos = 0
    for message in messages:
        if message.out and message.media_kind:
            photos += 1
            continue
        lines += _photo_line(person, photos)
        photos = 0
        lines += _message_lines(person if message.out else "ETM", message)
    lines += _photo_line(person, photos)
    return [*lines, "└" + "─" * _WIDTH]


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
        lines.append(f"{'   ' * len(folders)}🖼  {path.name}")
    return lines


def _photo_line(person: str, photos: int) -> list[str]:
    return [f"│ {person:>6} │ {'🖼 ' * photos} ({photos} photos)"] if photos else []


def _message_lines(author: str, message: Shown) -> list[str]:
    first, *rest = message.text.splitlines() or [""]
    lines = [f"│ {author:>6} │ {first}", *(f"│        │ {line}" for line in rest)]
    lines += [f"│        │ {'  '.join(f'[{label}]' for label in row)}" for row in message.buttons]
    if message.edits:
        lines[-1] += f"   ✎ {len(message.edits)}×"
    return lines
