# /// script
# requires-python = ">=3.11"
# dependencies = ["h5py==3.16.0", "scikit-learn==1.9.1"]
# ///
"""Write the handwritten digits of the lessons: ten for lesson 1, a split data set for lesson 4.

The files are tracked, so this needs to run only to choose other images::

    python -m venv /tmp/digits && /tmp/digits/bin/pip install h5py scikit-learn
    /tmp/digits/bin/python source/make_digits.py

Data: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI
Machine Learning Repository, 1998, https://doi.org/10.24432/C50P49, licence
CC BY 4.0, in the copy that scikit-learn ships as `sklearn.datasets.load_digits`:
the 1,797 images of the source's own test set, which 13 people wrote.
"""

from pathlib import Path

import h5py
import numpy as np
from sklearn.datasets import load_digits

LESSONS = Path(__file__).parent

# One clearly written example of each digit, 0 to 9, by its position in the data set.
CHOSEN = [30, 47, 12, 45, 14, 32, 34, 17, 8, 9]

# The labels run fourteen times through one sequence of about 130 digits (0 to 9 in order, three
# times, then mixed), as if fourteen copies of one form had been filled in. The data set itself
# says nothing about who wrote what, so this is where we believe that each form begins.
FORM_STARTS = [0, 130, 256, 386, 516, 646, 776, 906, 1029, 1157, 1287, 1415, 1545, 1667]

TEST_IMAGES_OF_EACH_DIGIT = 40

SOURCE = (
    "E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine "
    "Learning Repository, 1998, https://doi.org/10.24432/C50P49"
)
LICENCE = "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/"


def write_images(group, data, chosen):
    """Write the chosen images and their labels as datasets of an HDF5 file or group."""
    # uint8 counts of inked pixels, 0 (paper) to 16 (ink), channels last.
    group["images"] = data.images[chosen].astype(np.uint8)[..., np.newaxis]
    group["labels"] = data.target[chosen].astype(np.uint8)


def write_ten_digits(data, target):
    """Write the ten digits of lesson 1."""
    with h5py.File(target, "w") as file:
        write_images(file, data, CHOSEN)
        file.attrs["title"] = "Ten handwritten digits, 8 x 8 pixels, values 0 (paper) to 16 (ink)"
        file.attrs["source"] = SOURCE
        file.attrs["licence"] = LICENCE
        file.attrs["changes"] = f"images {CHOSEN} of scikit-learn's copy, with a channel axis added"


def write_data_set(data, target):
    """Write all images, shuffled and split into the groups train and test, for lesson 4."""
    forms = np.searchsorted(FORM_STARTS, np.arange(len(data.target)), side="right") - 1
    # Shuffled, so that every part of the file has all digits and all hands.
    order = np.random.default_rng(0).permutation(len(data.target))
    labels = data.target[order]
    place = [np.sum(labels[:number] == label) for number, label in enumerate(labels)]
    in_test = np.array(place) < TEST_IMAGES_OF_EACH_DIGIT
    with h5py.File(target, "w") as file:
        for name, chosen in (("train", order[~in_test]), ("test", order[in_test])):
            group = file.create_group(name)
            write_images(group, data, chosen)
            group["forms"] = forms[chosen].astype(np.uint8)
        file["train"].attrs["use"] = "to train with, and to choose by"
        file["test"].attrs["use"] = "for one look, at the end: 40 images of each digit"
        file.attrs["title"] = "Handwritten digits, 8 x 8 pixels, values 0 (paper) to 16 (ink)"
        file.attrs["source"] = SOURCE
        file.attrs["licence"] = LICENCE
        file.attrs["changes"] = (
            "scikit-learn's copy of the source's test set, shuffled, split, with a channel axis; "
            "forms, the filled-in form that an image is from, inferred from the order of labels"
        )


def check_forms(labels):
    """Make sure that each form begins by counting up; in one of them the first 0 is missing."""
    for start in FORM_STARTS:
        first = labels[start : start + 7]
        if first[0] > 1 or np.any(np.diff(first) != 1):
            raise ValueError(f"no form begins at image {start}: its first labels are {first}")


if __name__ == "__main__":
    digits = load_digits()
    check_forms(digits.target)
    write_ten_digits(digits, LESSONS / "01_convolutional_layer" / "digits.h5")
    write_data_set(digits, LESSONS / "04_training" / "digits.h5")
