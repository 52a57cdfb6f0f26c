"""``make picture``: draw what the demo printed (read from standard input) as the SVGs of the pages."""

import sys
from html import escape
from pathlib import Path

PICTURES = {
    "docs/run.svg": (
        "Le chat de",
        "a technician's report, from /start to what becomes of it",
    ),
    "docs/fault.svg": ("Une panne", "a fault reported, and what a manual says of it"),
}
"""With which line each begins, and what it shows; it ends with the next ``✓``."""
LAST_LINE = "✓"
LINE_PX, LEFT_PX, TOP_PX = 20, 24, 52
WIDTH_PX = 860

_HEAD = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"
 font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14">
<title>make run: {shows}</title>
<rect width="{width}" height="{height}" rx="10" fill="#17212b"/>
<circle cx="24" cy="22" r="6" fill="#ff5f57"/><circle cx="44" cy="22" r="6" fill="#febc2e"/>
<circle cx="64" cy="22" r="6" fill="#28c840"/>
<text x="{middle}" y="27" text-anchor="middle" fill="#8b9aa8">make run</text>
"""


def picture(lines: list[str], shows: str) -> str:
    """Draw *lines* as a terminal's window."""
    height_px = TOP_PX + LINE_PX * (len(lines) + 1)
    head = _HEAD.format(
        width=WIDTH_PX, height=height_px, middle=WIDTH_PX // 2, shows=shows
    )
    texts = (_text(number, line) for number, line in enumerate(lines))
    return head + "".join(texts) + "</svg>\n"


def story(printed: str, beginning: str) -> list[str]:
    """Cut a story out of what the demo printed, the services' log lines left out."""
    lines = printed.splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith(beginning))
    last = next(
        i for i, line in enumerate(lines) if i > first and line.startswith(LAST_LINE)
    )
    return [
        line
        for line in lines[first : last + 1]
        if line[10:11] != "│" or line[0] in "│└┌"
    ]


def _text(number: int, line: str) -> str:
    colour = "#e8eef3" if line.startswith(("│", "✓")) else "#7fb4e0"
    y = TOP_PX + LINE_PX * (number + 1)
    style = f'x="{LEFT_PX}" y="{y}" fill="{colour}" xml:space="preserve"'
    return f"<text {style}>{escape(line)}</text>\n"


if __name__ == "__main__":
    told = sys.stdin.read()
    for file, (first_line, shows) in PICTURES.items():
        drawn = picture(story(told, first_line), shows)
        Path(file).write_text(drawn, encoding="utf-8")
