"""Where graded folders are made, before they are moved to their place in one step."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..files import whole
from ..sandbox.host.folders import LockedFolder

PREFIX, COLLECTING = ".staging-", ".collect-"
DIGEST_FILE = ".digest"
"""In a graded folder: the digest of all that the grade depends on. nbgrader copies no such file."""
# Takes the place of a digest: what a person graded there still counts.
OUT_OF_DATE = "cells came or went since this was graded"
UNWRITTEN = "its points are not yet in the gradebook"
"""What stands there of a folder that is in its place before its points are."""
USED_FILE = ".used"
"""In a graded folder: what the submission used, as JSON."""


class Staging(LockedFolder):
    """A folder beside the graded ones, since only there can a folder be moved in one step.

    Parameters
    ----------
    autograded : Path
        The course's folder of graded submissions.
    """

    def __init__(self, autograded: Path) -> None:
        autograded.mkdir(parents=True, exist_ok=True)
        super().__init__(autograded, PREFIX)

    def publish(self, result: Path, destination: Path) -> None:
        """Move a graded folder to its destination, in place of what was there."""
        destination.parent.mkdir(parents=True, exist_ok=True)
        earlier = Path(tempfile.mkdtemp(prefix="earlier-", dir=self.path))
        with suppress(FileNotFoundError):
            destination.rename(earlier / result.name)
        try:
            result.rename(destination)
        except OSError:
            with suppress(FileNotFoundError):
                (earlier / result.name).rename(destination)
            raise
        # On NFS a file that somebody has open keeps its folder.
        shutil.rmtree(earlier, ignore_errors=True)


def write_used(folder: Path, used: Mapping[str, float]) -> None:
    """Write into a graded folder what the submission used."""
    (folder / USED_FILE).write_text(json.dumps(used))


def read_used(folder: Path) -> Any:
    """Return what is written there of what the submission used; None if it cannot be read."""
    try:
        return json.loads((folder / USED_FILE).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None


def remove(path: Path) -> None:
    """Remove a file, a link or a folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def digest_of(graded: Path) -> str:
    """Return the digest of what a graded folder was made from, empty if it has none."""
    try:
        return (graded / DIGEST_FILE).read_text()
    except (OSError, UnicodeDecodeError):
        return ""


def holds(graded: Path, digest: str) -> bool:
    """Whether a graded folder was made from what this is the digest of."""
    return digest_of(graded) == digest


def seal(graded: Path, digest: str) -> None:
    """Write the digest into a graded folder, whole or not at all; the last thing that is done."""
    with whole(graded / DIGEST_FILE) as part:
        part.write_text(digest)
