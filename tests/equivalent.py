"""Mutants of references that are no mistakes, each with the reason; see ``tests/adequacy.py``."""

from __future__ import annotations

# By function and change: why nobody can see it.
ONLY_TWO_MODES = "a mode is max or average, and nothing else is asked for"
EQUIVALENT: dict[tuple[str, str], str] = {
    ("pool_forward", 'elif mode == "average":  ->  elif mode <= "average":'): ONLY_TWO_MODES,
    ("pool_forward", 'elif mode == "average":  ->  elif mode >= "average":'): ONLY_TWO_MODES,
    ("pool_forward", 'if mode == "max":  ->  if mode >= "max":'): ONLY_TWO_MODES,
    ("pool_backward", 'elif mode == "average":  ->  elif mode <= "average":'): ONLY_TWO_MODES,
    ("pool_backward", 'elif mode == "average":  ->  elif mode >= "average":'): ONLY_TWO_MODES,
    ("pool_backward", 'if mode == "max":  ->  if mode >= "max":'): ONLY_TWO_MODES,
}
