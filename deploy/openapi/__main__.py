"""Writes the API description.

python -m deploy.openapi                          rewrite docs/openapi.json
python -m deploy.openapi --check                  exit 1 if docs/openapi.json is out of step
python -m deploy.openapi --stdout > openapi.json  write it to standard output
"""

import sys
from pathlib import Path
from typing import Final

from deploy.openapi.document import as_text

CHECKED_IN: Final = Path(__file__).parents[2] / "docs" / "openapi.json"


def main() -> int:
    if "--stdout" in sys.argv[1:]:
        sys.stdout.write(as_text())
        return 0
    if "--check" in sys.argv[1:]:
        if not CHECKED_IN.exists() or CHECKED_IN.read_text(encoding="utf-8") != as_text():
            sys.stderr.write("docs/openapi.json does not describe the functions as they are: run make openapi\n")
            return 1
        return 0
    CHECKED_IN.write_text(as_text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
