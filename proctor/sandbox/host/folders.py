"""Temporary folders that are locked as long as whoever made them lives.

NFS locks no folders (flock(2), "NFS details"). There, what a killed run left stays.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Self


class LockedFolder:
    """A temporary folder that is locked as long as its owner lives.

    Folders of dead owners beside it are removed when it is made.

    Parameters
    ----------
    parent : Path
        Where it is made.
    prefix : str
        Of its name, and of those of others of its kind.
    """

    def __init__(self, parent: Path, prefix: str) -> None:
        sweep(parent, prefix)
        while True:
            self.path = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
            # Somebody else's sweep may come between.
            with suppress(FileNotFoundError):
                self._lock = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
                with suppress(OSError):
                    fcntl.flock(self._lock, fcntl.LOCK_EX)
                if self.path.exists():
                    return
                os.close(self._lock)

    def remove(self) -> None:
        """Remove the folder; it may be gone already."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.remove()


def sweep(parent: Path, prefix: str) -> None:
    """Remove the folders of owners that are dead, ours or of the same user."""
    for path in parent.glob(prefix + "*"):
        try:
            folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            continue
        try:
            if os.fstat(folder).st_uid == os.geteuid():
                fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path, ignore_errors=True)
        except OSError:
            pass  # its owner lives, or nobody can know
        finally:
            os.close(folder)
