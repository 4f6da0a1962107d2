"""How each part is started."""

from __future__ import annotations

import sys

from emulator.layout import CONFIGURED, HOST, KEEPING, ROOT, Layout


def command(part: str, layout: Layout) -> list[str]:
    """The program and arguments of a part."""
    where = ["--host", HOST, "--port", str(layout.ports[part])]
    if part == "auth":
        start = ["node", str(ROOT / "emulator" / "auth.mjs"), *where, "--project", layout.project]
    else:
        start = [sys.executable, "-m", f"emulator.{part}", *where]
    if part == "gateway":
        start += ["--project", layout.project, "--region", layout.region]
    if part == "firestore":
        for option, name in (("--rules", "firestore.rules"), ("--indexes", "firestore.indexes.json")):
            start += [option, str(ROOT / name)] if (ROOT / name).exists() else []
    if part == "storage":
        start += ["--rules", str(ROOT / "storage.rules")]
    if part in CONFIGURED:
        start += ["--config", str(layout.run / f"{part}.json")]
    if part in KEEPING and layout.data is not None:
        start += ["--data", str(layout.data / part)]
    return start
