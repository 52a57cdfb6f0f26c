"""What routes depend on is ``async``: FastAPI sends the rest to a thread and back, at each request."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = [
    path
    for path in (*ROOT.glob("services/*/src/**/*.py"), *ROOT.glob("packages/**/*.py"))
    if "Depends(" in path.read_text(encoding="utf-8")
]


def dependencies(tree: ast.Module) -> Iterator[str]:
    """The names of functions and classes that a module gives to ``Depends``."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "Depends"
        ):
            given = node.args[0]
            callee = given.func if isinstance(given, ast.Call) else given
            assert isinstance(callee, ast.Name)
            yield callee.id


def defined(tree: ast.Module) -> dict[str, bool]:
    """Whether each function, or the ``__call__`` of each class, is ``async``."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found[node.name] = isinstance(node, ast.AsyncFunctionDef)
        elif isinstance(node, ast.ClassDef):
            for one in node.body:
                if getattr(one, "name", "") == "__call__":
                    found[node.name] = isinstance(one, ast.AsyncFunctionDef)
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_no_dependency_costs_a_thread(path: Path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    here = defined(tree)

    in_threads = {name for name in dependencies(tree) if not here.get(name, True)}

    assert in_threads == set()
