"""Files that are there whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Lend another name to write a file under; it gets its own when all of it is there.

    What stood there before stays if anything goes wrong, and no part of the new one does.

    Raises
    ------
    OSError
        If it cannot be written; it names the file.
    """
    part = _part(path)
    try:
        with naming(path):
            yield part
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Let an error of writing a file name it: that of a disk that is full names none."""
    try:
        yield
    except OSError as error:
        if error.filename in (None, str(_part(path))):
            error.filename = str(path)
        raise


def _part(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")
