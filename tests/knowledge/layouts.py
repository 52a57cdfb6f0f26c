"""Tables that nothing but blanks holds in line: numbers at one end, at the comma, or below a title that begins elsewhere."""

import re

LAYOUTS = {
    "title longer than its numbers": """\
Modèle         Puissance nominale   Masse
SB 3.0                        3,0     9,5
SB 5.0                        5,0    17,5
SB 10                        10,0   100,0
""",
    "title begins and ends elsewhere": """\
Modèle       Puissance     Masse
SB 3.0            3,0       9,5
SB 5.0            5,0      17,5
SB 10            10,0     100,0
""",
    "title far from its numbers": """\
Modèle       kW        Masse
SB 3.0            3,0          9,5
SB 5.0            5,0         17,5
SB 10            10,0        100,0
""",
    "title shorter, and within": """\
Modèle          kW        kg
SB 3.0         3,0       9,5
SB 5.0         5,0      17,5
SB 10       1000,0    1000,0
""",
    "title centred": """\
Modèle      Puissance max       Masse
SB 3.0            3,0             9,5
SB 5.0            5,0            17,5
SB 10            10,0           100,0
""",
    "units below the titles": """\
Modèle       Puissance     Masse
             (kW)          (kg)
SB 3.0            3,0       9,5
SB 5.0            5,0      17,5
SB 10            10,0     100,0
""",
    "nothing above the first column": """\
             Puissance     Masse
SB 3.0            3,0       9,5
SB 5.0            5,0      17,5
SB 10            10,0     100,0
""",
    "in line at the comma": """\
Modèle       Puissance     Masse
SB 3.0           3,25       9
SB 5.0           5         17,5
SB 10           10,0      100,25
SB 11          110,025      9,5
""",
    "words for a number": """\
Modèle       Puissance     Masse
SB 3.0            3,0       9,5
SB 5.0     non mesurée     17,5
SB 10               -     100,0
SB 11              11       8,0
""",
}
MISSING = """\
Modèle       Puissance     Masse
SB 3.0            3,0       9,5
SB 5.0            5,0
SB 6.0                     17,5
SB 10            10,0     100,0
"""


def table_of(layout: str) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The header of *layout*, and its rows."""
    first, *lines = layout.splitlines()
    header = ("", *_cells(first.strip())) if first.startswith(" ") else _cells(first)
    if "(kW)" in lines[0]:
        units = ("", *_cells(lines.pop(0).strip()))
        header = tuple(f"{a} {b}".strip() for a, b in zip(header, units, strict=True))
    return header, [_cells(line) for line in lines]


def _cells(line: str) -> tuple[str, ...]:
    return tuple(re.split(r"  +", line))
