"""Beside the notebook: a pipe, a socket, a link to nowhere, to itself, and to an endless device.

graded: 30
note: pipe is a folder, pipe, socket or device
stock: not run, since it copies /dev/zero until the disk is full, before any hook
"""

from __future__ import annotations

import contextlib
import os
import socket
from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, right)
    os.mkfifo(folder / "pipe")
    with contextlib.chdir(folder), socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
    (folder / "nowhere").symlink_to("nothing/here")
    (folder / "itself").symlink_to("itself")
    (folder / "zeros").symlink_to("/dev/zero")
