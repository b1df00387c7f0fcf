"""Started by root, this becomes bwrap without root's rights: ``python stage.py '{"user": ...}'``.

The wall's user may not be able to reach what is to be shown inside, such as an interpreter under
/root. So it is bound, in a mount namespace of our own, at places which that user can reach. The
grader runs this file on its own, without the package, so that it starts quickly.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from pathlib import Path

CLONE_NEWNS = 0x00020000
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18


def main() -> None:
    """Bind the sources, become the wall's user, and execute bwrap."""
    config = json.loads(sys.argv[1])
    libc = ctypes.CDLL(None, use_errno=True)

    def check(result: int, what: str) -> None:
        if result == -1:
            sys.exit(f"{what}: {os.strerror(ctypes.get_errno())}")

    def mount(source: str, target: str, kind: bytes = b"", flags: int = 0) -> None:
        arguments = source.encode(), target.encode(), kind, ctypes.c_ulong(flags), b"mode=0755"
        check(libc.mount(*arguments), f"mount {source} on {target}")

    check(libc.unshare(CLONE_NEWNS), "unshare (root needs CAP_SYS_ADMIN)")
    mount("none", "/", flags=MS_REC | MS_PRIVATE)
    mount("stage", config["stage"], b"tmpfs")
    for source, target in config["binds"]:
        if Path(source).is_dir():
            Path(target).mkdir()
        else:
            Path(target).touch()
        mount(source, target, flags=MS_BIND | MS_REC)
    os.setgroups([])
    os.setresgid(*[config["user"]] * 3)
    os.setresuid(*[config["user"]] * 3)
    os.execv(config["command"][0], config["command"])


if __name__ == "__main__":
    main()
