"""Rooms in which each case is a file: what it does, and in its first lines what must come of it."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from types import ModuleType

from .paths import ROOT


def read_cases(room: str) -> dict[str, ModuleType]:
    """Import the cases of a room; return them by name."""
    names = sorted(path.stem for path in (ROOT / "tests" / room).glob("*.py"))
    others = ("__init__", "tools", f"test_{Path(room).name}")
    return {
        name: importlib.import_module(f"tests.{room.replace('/', '.')}.{name}")
        for name in names
        if name not in others
    }


def promise(case: ModuleType, what: str) -> str:
    """Return what the first lines of a case say must come of it, or nothing."""
    found = re.search(rf"^{what}: (.*)$", case.__doc__ or "", re.M)
    return found[1] if found else ""
