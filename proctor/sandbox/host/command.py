"""The command that builds the wall."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from . import errors
from .runtime import Runtime

# An id that belongs to nobody: real root would keep rights over the host's /proc/sys.
WALL_USER = 62_000

# Of a Python's own folder.
_PYTHON_PARTS = ("bin", "lib", "lib64", "pyvenv.cfg", "share/zoneinfo")
_SYSTEM_FOLDERS = (
    *(f"/usr/{name}" for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32")),
    *(f"/usr/share/{name}" for name in ("fonts", "locale", "terminfo", "zoneinfo")),
)
_SYSTEM_LINKS = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/fonts", "/etc/localtime", "/etc/alternatives")
# Passed on, so that the arithmetic is the same on both sides of the wall.
_SAME_OUTSIDE = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")

_ISOLATION = ["--unshare-all", "--unshare-user", "--hostname", "sandbox"]
_ISOLATION += ["--die-with-parent", "--new-session", "--cap-drop", "ALL"]


def environment() -> dict[str, str]:
    """Return the environment inside the wall."""
    kept = {name: os.environ[name] for name in _SAME_OUTSIDE if name in os.environ}
    return {
        "PATH": f"{sys.prefix}/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": "/tmp",
        # As nbgrader says it: a test may check more than while a student validates.
        "NBGRADER_EXECUTION": "autograde",
        "TMPDIR": "/tmp",
        "USER": "student",
        "LOGNAME": "student",
        "IPYTHONDIR": "/tmp/.ipython",
        "MPLCONFIGDIR": "/tmp/.matplotlib",
        "XDG_CACHE_HOME": "/tmp/.cache",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": "/opt",
        "PYTHONBREAKPOINT": "0",
        "TERM": "dumb",
        "PAGER": "cat",
        # The lessons' figures module draws nothing: no grade depends on it, and it takes most of
        # a submission's CPU time.
        "UNDRAWN": "1",
        # A thread per CPU core would count against the limits, and slow its neighbours down.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        **kept,
    }


def shown() -> list[str]:
    """Return the folders and files of this machine that are shown inside: what Python needs.

    Not all of /usr, nor all of an environment's folder: an exchange of nbgrader's lies in
    /usr/local/share, and an environment may be made in the course's own folder.
    """
    executable = Path(sys.executable).resolve()
    prefixes = {sys.prefix, sys.base_prefix, sys.base_exec_prefix, str(executable.parent.parent)}
    if "/" in prefixes:
        raise errors.WallError("This Python's prefix is /: use one in a folder of its own.")
    paths = {str(Path(prefix, part)) for prefix in prefixes for part in _PYTHON_PARTS}
    if not prefixes.isdisjoint(("/usr", "/usr/local")):
        # Debian's own Python looks here, too.
        paths |= {"/usr/local/bin", "/usr/local/lib"}
    there = sorted(path for path in {*paths, *_SYSTEM_FOLDERS} if Path(path).exists())
    # Parents first, and nothing twice.
    return [
        path
        for path in there
        if not any(path != other and Path(path).is_relative_to(other) for other in there)
    ]


def check_private(folders: Mapping[str, str | Path]) -> None:
    """Make sure that some folders, given by what they are, are not to be seen inside.

    Raises
    ------
    WallError
        If one is.
    """
    for what, folder in folders.items():
        for path in shown():
            if Path(folder).resolve().is_relative_to(Path(path).resolve()):
                raise errors.WallError(errors.SHOWN.format(what=what, folder=folder, path=path))


def hidden_folders() -> list[str]:
    """Return what of Python a submission's private folders would hide."""
    private = ("/tmp", "/dev/shm", "/lesson")
    return [f for f in shown() if any(Path(f).is_relative_to(p) for p in private)]


def build(runtime: Runtime, control: int) -> list[str]:
    """Return the command that starts the warm parent inside the wall.

    Parameters
    ----------
    runtime : Runtime
        The folder with the lesson's files and the package.
    control : int
        Descriptor, to be inherited, by which the parent is asked for children.
    """
    binds = [(str(runtime.package), "/opt")]
    binds += [(path, path) for path in _SYSTEM_FILES if Path(path).exists()]
    binds += [(path, path) for path in shown()]
    binds += [(str(runtime.lesson), "/lesson"), (str(runtime.zero), "/dev/zero")]
    links = [name for name in _SYSTEM_LINKS if Path("/", name).is_symlink()]
    binds += [
        (f"/{name}", f"/{name}")
        for name in _SYSTEM_LINKS
        if name not in links and Path("/", name).is_dir()
    ]
    if os.geteuid() != 0:
        return _bwrap(str(errors.bwrap()), binds, links, control)
    staged = {source: str(runtime.stage / str(n)) for n, (source, _) in enumerate(binds)}
    binds = [(staged[source], target) for source, target in binds]
    config = {
        "stage": str(runtime.stage),
        "binds": list(staged.items()),
        "user": WALL_USER,
        "command": _bwrap(_reachable(errors.bwrap(), staged), binds, links, control),
    }
    stage = str(Path(__file__).with_name("stage.py"))
    return [sys.executable, "-I", "-S", stage, json.dumps(config)]


def _bwrap(program: str, binds: list[tuple[str, str]], links: list[str], control: int) -> list[str]:
    """Return the call of bwrap that shows these folders and nothing else."""
    command = [program, *_ISOLATION, "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]
    for name in links:
        command += ["--symlink", str(Path("/", name).readlink()), f"/{name}"]
    for source, target in binds:
        command += ["--ro-bind", source, target]
    command += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/lesson", "--"]
    return [*command, sys.executable, "-m", "proctor.sandbox.guest.parent", str(control)]


def _reachable(program: Path, staged: dict[str, str]) -> str:
    """Return where the wall's user finds a program that may lie in a folder closed to it."""
    # The system's stays where it is: AppArmor knows it by its path.
    for folder, place in staged.items():
        if program.is_relative_to(folder) and not program.is_relative_to("/usr"):
            return str(place / program.relative_to(folder))
    return str(program)
