"""An honest submission that keeps things in files: temporary ones, databases, archives, with locks.

graded: 30
note: files: b'text' (3,) 2 [1. 1.] ['a'] text
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import dbm.dumb
import fcntl
import os
import shelve
import shutil
import sqlite3
import tempfile
import zipfile

import h5py

with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile() as file:
    file.write(b"text")
    file.flush()
    fcntl.flock(file, fcntl.LOCK_EX)
    fcntl.lockf(file, fcntl.LOCK_EX)
    text = open(file.name, "rb").read()
    shutil.copyfile(file.name, f"{folder}/copy")
    copied = open(f"{folder}/copy").read()
    with zipfile.ZipFile(f"{folder}/a.zip", "w") as archive:
        archive.write(file.name, "a")
    names = zipfile.ZipFile(f"{folder}/a.zip").namelist()
with sqlite3.connect("results.db") as database:
    database.execute("create table runs (loss real)")
    database.execute("insert into runs values (3)")
row = database.execute("select cast(loss as int) from runs").fetchone()
with shelve.open("shelf") as shelf:
    shelf["epochs"] = 2
with shelve.open("shelf") as shelf:
    epochs = shelf["epochs"]
with h5py.File("weights.h5", "w") as weights:
    weights["W"] = np.ones(2)
with h5py.File("weights.h5") as weights:
    kept = weights["W"][:]
print("files:", text, row, epochs, kept, names, copied)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    save(folder, right)
