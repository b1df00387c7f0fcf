"""Mutants of references that are no mistakes, each with the reason; see ``tests/adequacy.py``."""

from __future__ import annotations

# By function and change: why nobody can see it.
EQUIVALENT: dict[tuple[str, str], str] = {}
