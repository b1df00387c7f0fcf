"""Which tests are the gates of a lesson."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest

from .paths import ROOT

# What a lesson has a row in.
ABOUT_ALL = ROOT / "tests" / "unit" / "test_readme.py"


def concerns(item: pytest.Item, lessons: Collection[str]) -> bool:
    """Say whether a test asks something of one of some lessons, or of the table of all.

    Tests are parametrized by the folder of a lesson, or by the path of its master.
    """
    given = item.callspec.params if hasattr(item, "callspec") else {}
    master = given.get("master")
    named = [given.get("lesson"), master.parent.name if isinstance(master, Path) else None]
    return item.path == ABOUT_ALL or any(name in lessons for name in named)
