# /// script
# requires-python = ">=3.11"
# dependencies = ["h5py==3.16.0", "scikit-learn==1.9.1"]
# ///
"""Write the ten handwritten digits of lesson 1 to 01_convolutional_layer/digits.h5.

The file is tracked, so this needs to run only to choose other images::

    python -m venv /tmp/digits && /tmp/digits/bin/pip install h5py scikit-learn
    /tmp/digits/bin/python source/make_digits.py

Data: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI
Machine Learning Repository, 1998, https://doi.org/10.24432/C50P49, licence
CC BY 4.0, in the copy that scikit-learn ships as `sklearn.datasets.load_digits`.
"""

from pathlib import Path

import h5py
import numpy as np
from sklearn.datasets import load_digits

TARGET = Path(__file__).parent / "01_convolutional_layer" / "digits.h5"

# One clearly written example of each digit, 0 to 9, by its position in the data set.
CHOSEN = [30, 47, 12, 45, 14, 32, 34, 17, 8, 9]

data = load_digits()
with h5py.File(TARGET, "w") as file:
    # uint8 counts of inked pixels, 0 (paper) to 16 (ink), channels last.
    file["images"] = data.images[CHOSEN].astype(np.uint8)[..., np.newaxis]
    file["labels"] = data.target[CHOSEN].astype(np.uint8)
    file.attrs["title"] = "Ten handwritten digits, 8 x 8 pixels, values 0 (paper) to 16 (ink)"
    file.attrs["source"] = (
        "E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine "
        "Learning Repository, 1998, https://doi.org/10.24432/C50P49"
    )
    file.attrs["licence"] = "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/"
    file.attrs["changes"] = f"images {CHOSEN} of scikit-learn's copy, with a channel axis added"
