"""Forking a warm parent, which goes on whatever happens."""

from __future__ import annotations

import os


def fork() -> int:
    """Fork; return -1 if it fails, as with too many processes: who asked hears the line's end."""
    try:
        return os.fork()
    except OSError:
        return -1
