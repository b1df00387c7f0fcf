"""Mutants of references that are no mistakes, each with the reason; see ``tests/adequacy.py``."""

from __future__ import annotations

# By function and change: why nobody can see it.
ONLY_TWO_MODES = "a mode is max or average, and nothing else is asked for"
LARGER = "a larger array to collect in, of which the same middle is cut out"
IMAGES = "A_pad = np.zeros((m, n_H_prev + 2 * pad, n_W_prev + 2 * pad, n_C_prev))"
EQUIVALENT: dict[tuple[str, str], str] = {
    ("pool_forward", 'elif mode == "average":  ->  elif mode <= "average":'): ONLY_TWO_MODES,
    ("pool_forward", 'elif mode == "average":  ->  elif mode >= "average":'): ONLY_TWO_MODES,
    ("pool_forward", 'if mode == "max":  ->  if mode >= "max":'): ONLY_TWO_MODES,
    ("pool_backward", 'elif mode == "average":  ->  elif mode <= "average":'): ONLY_TWO_MODES,
    ("pool_backward", 'elif mode == "average":  ->  elif mode >= "average":'): ONLY_TWO_MODES,
    ("pool_backward", 'if mode == "max":  ->  if mode >= "max":'): ONLY_TWO_MODES,
    ("col2im", f"{IMAGES}  ->  {IMAGES.replace('n_H_prev + 2', 'n_H_prev + 3')}"): LARGER,
    ("col2im", f"{IMAGES}  ->  {IMAGES.replace('n_W_prev + 2', 'n_W_prev + 3')}"): LARGER,
    (
        "conv_backward_fast",
        "dZ_matrix = dZ.reshape(-1, n_C)  ->  dZ_matrix = dZ.reshape(- 2, n_C)",
    ): "NumPy takes any negative size for the one that is left to be worked out",
}
