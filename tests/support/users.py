"""The users that grade: whoever runs the tests, and if that is root, an ordinary user, too."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from .paths import ROOT

ORDINARY = 61_234
"""An id that belongs to nobody."""
USERS = ("root", "ordinary") if os.geteuid() == 0 else ("ordinary",)


def command_of(user: str, command: list[str]) -> list[str]:
    """Return a command that runs another as a user; its program's path must be absolute."""
    if os.geteuid() != 0 or user == "root":
        return command
    ids = f"--reuid={ORDINARY} --regid={ORDINARY} --clear-groups"
    return opened(["setpriv", *ids.split(), *command])


def opened(command: list[str]) -> list[str]:
    """Return a command that runs another, as root, where all users can read this environment."""
    script = f'set -e\nmount --make-rprivate /\n{_opened()}exec "$@"'
    return ["unshare", "--mount", "sh", "-c", script, "sh", *command]


def give(folder: Path, user: str) -> None:
    """Make a folder a user's."""
    if os.geteuid() == 0 and user != "root":
        subprocess.run(["chown", "-R", f"{ORDINARY}:{ORDINARY}", str(folder)], check=True)


def _opened() -> str:
    """Return what shows Python and this repository, which may lie in a folder closed to others."""
    script = ""
    needed = {sys.prefix, sys.base_prefix, str(ROOT)}
    for closed in {_outermost_closed(Path(path)) for path in needed} - {None}:
        script += f"mount --bind {closed} /mnt\nmount -t tmpfs -o mode=0755 none {closed}\n"
        for path in sorted(needed):
            if Path(path).is_relative_to(f"{closed}"):
                inner = Path(path).relative_to(f"{closed}")
                script += f"mkdir -p {path}\nmount --bind /mnt/{inner} {path}\n"
        script += "umount -l /mnt\n"
    return script


def _outermost_closed(path: Path) -> Path | None:
    """Return the outermost folder above a path that only its owner may enter."""
    closed = [parent for parent in path.parents if not parent.stat().st_mode & 0o001]
    return closed[-1] if closed else None
