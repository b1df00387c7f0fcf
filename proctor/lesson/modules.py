"""The modules that lie beside a lesson's notebook."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def importable(folder: Path) -> Iterator[None]:
    """Let code import the modules of a lesson's folder, which are forgotten afterwards.

    Every lesson has modules of its own, some with the same names.
    """
    before, wrote = set(sys.modules), sys.dont_write_bytecode
    sys.path.insert(0, str(folder))
    # Nothing is left in the release.
    sys.dont_write_bytecode = True
    try:
        yield
    finally:
        sys.dont_write_bytecode = wrote
        sys.path.remove(str(folder))
        for name in set(sys.modules) - before:
            file = getattr(sys.modules[name], "__file__", None)
            if file and Path(file).is_relative_to(folder):
                del sys.modules[name]
