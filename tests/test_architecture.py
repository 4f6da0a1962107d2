"""The arrows of the house, held by walking the syntax trees: functions -> shared/<area> -> shared/cloud."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PURE = ("shared.ot", "shared.itinerary")
FIRESTORE = ("google.cloud.firestore", "google.cloud.firestore_v1")
STORES = {"store.py", "access.py", "outbox.py"}
"""The files of an area that may know Firestore."""


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def imports(path: Path, *, with_types: bool = True) -> Iterator[str]:
    """The modules that a file imports, wherever in it."""
    tree = ast.parse(path.read_text())
    skipped = set() if with_types else {id(node) for block in _type_blocks(tree) for node in ast.walk(block)}
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _type_blocks(tree: ast.AST) -> Iterator[ast.If]:
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            yield node


def within(module: str, *packages: str) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", sources("functions", "shared"), ids=named)
def test_what_is_deployed_never_imports_what_is_not(path: Path) -> None:
    assert not [module for module in imports(path) if within(module, "emulator", "tests", "bench", "clients")]


@pytest.mark.parametrize("path", sources("shared"), ids=named)
def test_rooms_do_not_import_doors(path: Path) -> None:
    assert not [module for module in imports(path) if within(module, "functions", "main")]


@pytest.mark.parametrize("path", sources("shared/ot", "shared/itinerary"), ids=named)
def test_pure_packages_import_nothing_of_the_project(path: Path) -> None:
    own = next(package for package in PURE if named(path).startswith(package.replace(".", "/")))
    foreign = [module for module in imports(path) if within(module, "shared", "functions") and not within(module, own)]
    assert not foreign


@pytest.mark.parametrize("path", sources("functions"), ids=named)
def test_handlers_know_no_google_client(path: Path) -> None:
    assert not [module for module in imports(path) if within(module, "google", "firebase_admin", "shared.cloud")]


@pytest.mark.parametrize("path", sources("shared"), ids=named)
def test_only_stores_know_firestore(path: Path) -> None:
    if path.name in STORES or within(named(path).replace("/", "."), "shared.cloud"):
        return
    assert not [module for module in imports(path) if within(module, *FIRESTORE)]
