"""Where things are in this repository."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "proctor"
SOURCE = ROOT / "source"
EXAMPLES = ROOT / "examples"
LESSONS = sorted(path.name for path in SOURCE.glob("[0-9]*"))
MASTERS = sorted(SOURCE.glob("[0-9]*/*.ipynb"))
# Of this environment.
PROGRAMS = Path(sys.executable).parent


def edition(name: str, master: Path) -> Path:
    """Return a master's notebook in one of the editions."""
    return ROOT / name / master.parent.name / master.name
