"""The doors of the suite: one module per area, one small handler per deployed function.

`trips_create` lives in the module with the longest matching name: `functions/trips_create.py` if there is one, else
`functions/trips.py`. So a target is found without importing anything else.
"""

import importlib
from pathlib import Path


def modules() -> list[str]:
    """The names of all modules with functions in them."""
    return sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem != "__init__")


def module_of(entry_point: str) -> str | None:
    """The full name of the module that an entry point belongs to, None if there is none."""
    known = set(modules())
    words = entry_point.split("_")
    for length in range(len(words), 0, -1):
        name = "_".join(words[:length])
        if name in known:
            return f"functions.{name}"
    return None


def load_all() -> None:
    """Import every function, which fills `shared.runtime.registry.FUNCTIONS`."""
    for name in modules():
        importlib.import_module(f"functions.{name}")
