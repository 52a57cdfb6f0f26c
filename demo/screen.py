"""What the demo prints: a chat as a person sees it, a tree of files."""

from collections.abc import Iterable
from pathlib import PurePosixPath

from tests.peers.telegram import Message

_WIDTH = 72


def chat_lines(title: str, messages: Iterable[Message]) -> list[str]:
    """Draw a chat, oldest first; the photos of an album stand in one line."""
    lines = [f"┌─ {title} " + "─" * (_WIDTH - len(title) - 4)]
    album: list[Message] = []
    for message in messages:
        if album and message.grouped_id != album[0].grouped_id:
            lines += _album_lines(album)
            album = []
        if message.media is not None and not message.from_bot:
            album.append(message)
        else:
            lines += _message_lines(message)
    return [*lines, *_album_lines(album), "└" + "─" * _WIDTH]


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


def _album_lines(album: list[Message]) -> list[str]:
    if not album:
        return []
    caption = next((message.text for message in album if message.text), "")
    photos = f"👷 │ {'▣ ' * len(album)} {len(album)} photos"
    return [photos, *([f"   │ {caption}"] if caption else [])]


def _message_lines(message: Message) -> list[str]:
    first, *rest = message.text.splitlines() or [""]
    author = "🤖" if message.from_bot else "👷"
    edits = f"   (modifié {len(message.earlier)}×)" if message.earlier else ""
    buttons = (
        "  ".join(f"[{button.text}]" for button in row) for row in message.buttons
    )
    return [
        f"{author} │ {first}{edits}",
        *(f"   │ {line}" for line in (*rest, *buttons)),
    ]
