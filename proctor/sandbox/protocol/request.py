"""What the grader hands to the child that it asks for, by way of a file in memory."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from typing import Any


def cell_digest(source: str) -> str:
    """Return what one of the lesson's own cells is known by, on both sides of the wall."""
    return hashlib.sha256(source.strip().encode(errors="replace")).hexdigest()


@dataclass(frozen=True)
class Request:
    """One child to be started.

    Attributes
    ----------
    name : str
        Of the child, and of its folder among the sockets.
    connection : dict
        The session's key and the ports, as jupyter_client has them; empty for a self-test of the
        wall, which starts no kernel.
    files : dict of str to bytes
        The submission's own files, by their path in the working directory.
    folders : list of str
        For the self-test: those of the Python environment.
    """

    name: str
    connection: dict[str, Any] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    folders: list[str] = field(default_factory=list)

    def write(self) -> int:
        """Return the descriptor of a new file in memory that holds the request."""
        sizes = {name: len(content) for name, content in self.files.items()}
        head = json.dumps({**asdict(self), "files": sizes}).encode()
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
            head = json.loads(file.read(int.from_bytes(file.read(8), "big")))
            head["files"] = {name: file.read(size) for name, size in head["files"].items()}
        return cls(**head)
