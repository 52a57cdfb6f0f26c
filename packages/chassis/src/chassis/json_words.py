"""What a JSON parser found wrong, in words that say what to change."""

import re
from typing import Final

_PLACE: Final = re.compile(r"(?:line \d+ column|character) \d+")
_WORDS: Final = {
    "recursion": "nest it less deeply",
    "EOF|Unterminated": "send the rest: it ends too early, or a quote or a bracket is not closed",
    "control character": r"write a line end inside a text as \n, a tab as \t",
    "property name|key must|trailing comma": "write each name in double quotes, and no comma after the last value",
    "delimiter|expected `": r"put a comma between values, a colon after a name, and \" for a quote inside a text",
    "[Ee]xpect(ed|ing) (value|ident)": "write a text in double quotes, a number, true, false, null, a list or an object",
    "trailing characters|Extra data": "leave out what follows its end",
    "surrogate|hex|XXXX": r"leave out halves of characters, such as \ud800",
    "escape": r"write a backslash as \\",
    "unicode|codec": "send it in UTF-8",
    "number|digits": "write the number in digits, with fewer of them",
}
"""By what pydantic's parser or Python's says."""


def json_words(found: str) -> str:
    """Say what to change, and where, of what a parser has *found*."""
    words = next(
        (words for said, words in _WORDS.items() if re.search(said, found)), ""
    )
    place = _PLACE.search(found)
    return f"at {place[0]}, {words}" if words and place else words or found
