"""What the grader hands to the child that it asks for, by way of a file in memory."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Request:
    """One child to be started.

    Attributes
    ----------
    files : dict of str to bytes
        The submission's own files, by their path relative to the working directory.
    selftest : list of str, optional
        If given, the child tests the wall instead of running student code; these folders and
        files, which Python needs, are all that it should see besides a few of the system's.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    selftest: list[str] | None = None

    def write(self) -> int:
        """Return the descriptor of a new file in memory that holds the request."""
        sizes = {name: len(content) for name, content in self.files.items()}
        head = json.dumps([sizes, self.selftest]).encode()
        descriptor = os.memfd_create("request")
        with os.fdopen(os.dup(descriptor), "wb") as file:
            file.write(len(head).to_bytes(8, "big") + head)
            file.writelines(self.files.values())
        return descriptor

    @classmethod
    def read(cls, descriptor: int) -> Request:
        """Return the request in such a file, and close it."""
        with os.fdopen(descriptor, "rb") as file:
            file.seek(0)
            sizes, selftest = json.loads(file.read(int.from_bytes(file.read(8), "big")))
            files = {name: file.read(size) for name, size in sizes.items()}
        return cls(files, selftest)
