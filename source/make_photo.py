# /// script
# requires-python = ">=3.11"
# dependencies = ["h5py==3.16.0", "matplotlib==3.11.2"]
# ///
"""Write the colour photograph of lesson 1.

The file is tracked, so this needs to run only to choose another photograph or another part of it::

    python source/make_photo.py

The photograph is in the public domain; it comes with Matplotlib as sample data.
"""

from pathlib import Path

import h5py
import numpy as np
from matplotlib.cbook import get_sample_data
from PIL import Image

TARGET = Path(__file__).parent / "01_convolutional_layer" / "photo.h5"
PART = (110, 16, 410, 316)  # left, upper, right and lower, in pixels of the original
SIZE = 80  # pixels, high and wide


def write_photo(target):
    """Write the part of the photograph that the lesson shows, made smaller."""
    with get_sample_data("grace_hopper.jpg") as file, Image.open(file) as original:
        photo = original.convert("RGB").resize((SIZE, SIZE), Image.Resampling.LANCZOS, PART)
    with h5py.File(target, "w") as file:
        file["image"] = np.asarray(photo)
        file.attrs["title"] = "A colour photograph, 80 x 80 pixels, values 0 (dark) to 255 (light)"
        file.attrs["source"] = (
            "Official portrait of Commodore Grace M. Hopper, 20 January 1984, U.S. Naval History "
            "and Heritage Command"
        )
        file.attrs["licence"] = "public domain, a work of the federal government of the U.S."
        file.attrs["changes"] = f"the part {PART} of Matplotlib's copy, at {SIZE} x {SIZE} pixels"


if __name__ == "__main__":
    write_photo(TARGET)
