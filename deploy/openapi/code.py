"""The suite's source as syntax trees: what a name means, what class an expression is of, as far as annotations tell.

A class within a container or a union stands for the whole: `tuple[str, Trip] | None` counts as `Trip`. That finds too
much rather than too little.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

ROOT: Final = Path(__file__).parents[2]
FOLDERS: Final = ("functions", "shared")

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Module:
    """A module: its own definitions, and what its imports, wherever they stand, call others'."""

    name: str
    imported: dict[str, str] = field(default_factory=dict)


@dataclass
class Definition:
    """A function or method, and where it stands."""

    module: Module
    owner: str | None
    node: Function


@dataclass
class Class:
    """A class: its bases, methods, and the annotations of its attributes."""

    module: Module
    bases: list[ast.expr]
    methods: dict[str, Definition] = field(default_factory=dict)
    attributes: dict[str, ast.expr] = field(default_factory=dict)


class Code:
    """All modules of the suite, read once."""

    def __init__(self, root: Path = ROOT) -> None:
        self.modules: dict[str, Module] = {}
        self.functions: dict[str, Definition] = {}
        self.classes: dict[str, Class] = {}
        for folder in FOLDERS:
            for path in sorted((root / folder).rglob("*.py")):
                self._read(root, path)

    def meaning(self, module: Module, name: str) -> str:
        """The qualified name of what a dotted name means in a module; re-exports are followed to where it is made."""
        first, _, rest = name.partition(".")
        full = module.imported.get(first, f"{module.name}.{first}")
        return self._origin(f"{full}.{rest}" if rest else full)

    def bases(self, name: str) -> Iterator[str]:
        """A class and its base classes, itself first."""
        yield name
        known = self.classes.get(name)
        for base in known.bases if known else ():
            if dotted := dotted_name(base):
                yield from self.bases(self.meaning(known.module, dotted))  # type: ignore[union-attr]

    def method(self, owner: str, name: str) -> Definition | None:
        """A class's own or inherited method."""
        return next((found for base in self.bases(owner) if (found := self._own(base, name))), None)

    def annotated(self, module: Module, annotation: ast.expr | None, owner: str | None = None) -> frozenset[str]:
        """The classes of ours that an annotation mentions."""
        if annotation is None:
            return frozenset()
        found: set[str] = set()
        for node in ast.walk(annotation):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isprintable():
                found |= self._quoted(module, node.value, owner)
            elif isinstance(node, ast.Name | ast.Attribute) and (dotted := dotted_name(node)):
                meant = self.meaning(module, dotted)
                found |= {owner} if dotted == "Self" and owner else {meant} & self.classes.keys()
        return frozenset(found)

    def _quoted(self, module: Module, text: str, owner: str | None) -> frozenset[str]:
        try:
            return self.annotated(module, ast.parse(text, mode="eval").body, owner)
        except SyntaxError:
            return frozenset()

    def _own(self, owner: str, name: str) -> Definition | None:
        known = self.classes.get(owner)
        return known.methods.get(name) if known else None

    def _origin(self, full: str) -> str:
        for _ in range(5):
            holder, _, name = full.rpartition(".")
            module = self.modules.get(holder)
            if module is None or name not in module.imported:
                break
            full = module.imported[name]
        return full

    def _read(self, root: Path, path: Path) -> None:
        parts = path.relative_to(root).with_suffix("").parts
        module = Module(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
        self.modules[module.name] = module
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                module.imported |= {alias.asname: alias.name for alias in node.names if alias.asname}
            elif isinstance(node, ast.ImportFrom) and node.module:
                module.imported |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                self.functions[f"{module.name}.{node.name}"] = Definition(module, None, node)
            elif isinstance(node, ast.ClassDef):
                self._read_class(module, node)

    def _read_class(self, module: Module, node: ast.ClassDef) -> None:
        name = f"{module.name}.{node.name}"
        known = self.classes[name] = Class(module, node.bases)
        for part in node.body:
            if isinstance(part, ast.FunctionDef):
                known.methods[part.name] = Definition(module, name, part)
                self.functions[f"{name}.{part.name}"] = known.methods[part.name]
            elif isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
                known.attributes[part.target.id] = part.annotation


@cache
def code() -> Code:
    """The suite's source as it is now; read once in a process."""
    return Code()


def dotted_name(node: ast.expr) -> str | None:
    """`a.b.c` of such an expression, None of others."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted_name(node.value)):
        return f"{before}.{node.attr}"
    return None
