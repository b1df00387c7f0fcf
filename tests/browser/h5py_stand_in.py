"""What lessons use of h5py, for the Pyodide of the tests, which lacks that package.

The public Pyodide has the real h5py. This one reads HDF5 files by pyfive, and what it writes is
no HDF5 but a pickle, which only itself can read again.
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np


class Dataset:
    """An array in a file."""

    def __init__(self, values: Any) -> None:
        self.values = np.asarray(values)
        self.shape, self.dtype = self.values.shape, self.values.dtype

    def __getitem__(self, key: Any) -> Any:
        return self.values[key].copy()


class Group:
    """Groups and datasets by their names."""

    def __init__(self) -> None:
        self.members: dict[str, Any] = {}
        self.attrs: dict[str, Any] = {}

    def __getitem__(self, path: str) -> Any:
        name, _, rest = path.partition("/")
        return self.members[name][rest] if rest else self.members[name]

    def __setitem__(self, path: str, values: Any) -> None:
        name, _, rest = path.partition("/")
        if rest:
            self.members.setdefault(name, Group())[rest] = values
        else:
            self.members[name] = values if isinstance(values, Group) else Dataset(values)

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self.members))

    def create_group(self, name: str) -> Group:
        """Return a new group."""
        self[name] = Group()
        group: Group = self[name]
        return group

    def create_dataset(self, name: str, data: Any) -> Dataset:
        """Return a new dataset."""
        self[name] = data
        dataset: Dataset = self[name]
        return dataset

    def keys(self) -> list[str]:
        """Return the names of all members."""
        return list(self)

    def values(self) -> list[Any]:
        """Return all members."""
        return [self[name] for name in self]

    def items(self) -> list[tuple[str, Any]]:
        """Return all members with their names."""
        return [(name, self[name]) for name in self]

    def visit(self, look: Callable[[str], None]) -> None:
        """Call a function with the path of each member."""
        for name, member in self.items():
            look(name)
            if isinstance(member, Group):
                member.visit(lambda path, name=name: look(f"{name}/{path}"))  # type: ignore[misc]


class File(Group):
    """A file, read whole when it is opened and written whole when it is closed."""

    def __init__(self, path: str | Path, mode: str = "r") -> None:
        super().__init__()
        self.path, self.mode = Path(path), mode
        if mode != "w" and (mode == "r" or self.path.exists()):
            _read(self)

    def __enter__(self) -> File:
        return self

    def __exit__(self, *exception: object) -> None:
        if self.mode != "r":
            self.path.write_bytes(pickle.dumps((self.members, self.attrs)))


def _read(file: File) -> None:
    content = file.path.read_bytes()
    if content.startswith(b"\x89HDF"):
        import pyfive

        # It maps files into memory, which only Pyodide's own can be.
        with tempfile.NamedTemporaryFile() as copy:
            copy.write(content)
            copy.flush()
            with pyfive.File(copy.name) as source:
                _copy(source, file)
    else:
        file.members, file.attrs = pickle.loads(content)


def _copy(source: Any, target: Group) -> None:
    target.attrs.update(source.attrs)
    for name in source:
        if hasattr(source[name], "dtype"):
            target[name] = source[name][()]
        else:
            _copy(source[name], target.create_group(name))


__version__ = "stand-in"
