"""What a wall must withstand before it is trusted: run in a child of its own, like a student."""

from __future__ import annotations

import mmap
import os
import socket
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from ..protocol.limits import Limits
from . import linux, seccomp

# Everything that is to be seen besides what Python needs.
SHOWN = {
    "bin", "sbin", "lib", "lib32", "lib64", "libx32", "usr", "etc", "proc", "dev", "tmp", "opt",
    "lesson", "etc/ld.so.cache", "etc/fonts", "etc/localtime", "etc/alternatives",
}  # fmt: skip
ENVIRONMENT = {
    "HOME", "IPYTHONDIR", "LANG", "LC_CTYPE", "LOGNAME", "MPLBACKEND", "MPLCONFIGDIR",
    "NBGRADER_EXECUTION", "OMP_NUM_THREADS", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE",
    "OPENBLAS_NUM_THREADS", "PATH", "PAGER", "PWD", "PYTHONBREAKPOINT", "PYTHONDONTWRITEBYTECODE",
    "PYTHONPATH", "TERM", "TMPDIR", "UNDRAWN", "USER", "XDG_CACHE_HOME",
}  # fmt: skip
SETTINGS = ("kernel/core_pattern", "kernel/sysrq", "user/max_user_namespaces", "vm/drop_caches")
READ_ONLY = ("/", "/usr", "/etc", "/dev", "/proc", "/opt")
# Families of sockets that reach beyond a network namespace, or below it.
AF_VSOCK, AF_PACKET = 40, 17

Check = Callable[[Limits, list[str]], bool]


def problems(limits: Limits, folders: list[str]) -> list[str]:
    """Return which parts of the wall are missing; called in pid 2 of a child.

    Parameters
    ----------
    limits : Limits
        Those that should hold.
    folders : list of str
        What Python needs, all that is to be seen besides a few of the system's folders.
    """
    return [name for name, check in CHECKS.items() if not _holds(check, limits, folders)]


def _holds(check: Check, limits: Limits, folders: list[str]) -> bool:
    try:
        return check(limits, folders)
    except (OSError, ValueError, KeyError):
        return False


def _refused(action: Callable[[], object]) -> bool:
    """Say whether the system refuses something."""
    try:
        action()
    except OSError:
        return True
    return False


def _own_processes(limits: Limits, folders: list[str]) -> bool:
    names = {path.name for path in Path("/proc").iterdir() if path.name.isdigit()}
    return os.getpid() == 2 and names == {"1", "2"}


def _no_privileges(limits: Limits, folders: list[str]) -> bool:
    lines = Path("/proc/self/status").read_text().splitlines()
    status = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
    capabilities = [status[f"Cap{kind}"] for kind in ("Inh", "Prm", "Eff", "Bnd", "Amb")]
    return (
        os.getuid() != 0
        and _refused(partial(os.setuid, 0))
        and not any(int(value, 16) for value in capabilities)
        and status["NoNewPrivs"] == "1"
        and (status["Seccomp"] == "2" or not seccomp.known())
    )


def _no_namespaces(limits: Limits, folders: list[str]) -> bool:
    # The filter refuses the call before the system is asked, so its own limit is read, too.
    allowed = Path("/proc/sys/user/max_user_namespaces").read_text()
    return int(allowed) == 0 and _refused(partial(linux.unshare, linux.CLONE_NEWUSER))


def _no_settings(limits: Limits, folders: list[str]) -> bool:
    paths = [*(f"/proc/sys/{name}" for name in SETTINGS), "/proc/sysrq-trigger"]
    return all(_refused(partial(os.open, path, os.O_WRONLY)) for path in paths)


def _no_network(limits: Limits, folders: list[str]) -> bool:
    lines = Path("/proc/self/net/dev").read_text().splitlines()[2:]
    # Some systems put unused tunnels into every namespace; they lead nowhere without a route.
    routes = Path("/proc/self/net/route").read_text().splitlines()[1:]
    refused = [_refused(partial(socket.socket, family)) for family in (AF_VSOCK, AF_PACKET)]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        refused += [_refused(partial(client.connect, (host, 9))) for host in ("192.0.2.1", "127.1")]
    # Only the filter refuses families of sockets.
    enough = refused if seccomp.known() else refused[2:]
    return bool(lines) and not routes and all(enough)


def _read_only(limits: Limits, folders: list[str]) -> bool:
    places = [f"{folder}/proctor-selftest" for folder in (*READ_ONLY, *folders)]
    return all(_refused(partial(os.open, path, os.O_WRONLY | os.O_CREAT)) for path in places)


def _nothing_else(limits: Limits, folders: list[str]) -> bool:
    shown = {Path("/", name) for name in SHOWN}
    ways = {Path("/"), Path("/etc")}
    for folder in folders:
        shown |= {Path(folder), *Path(folder).parents}
        ways |= set(Path(folder).parents)
    seen = {path for way in ways - {Path("/tmp")} for path in way.iterdir()}
    return seen <= shown


def _environment(limits: Limits, folders: list[str]) -> bool:
    return os.environ.get("HOME") == "/tmp" and set(os.environ) <= ENVIRONMENT


def _memory(limits: Limits, folders: list[str]) -> bool:
    return _refused(partial(mmap.mmap, -1, limits.memory_bytes))


def _open_files(limits: Limits, folders: list[str]) -> bool:
    return _refused(partial(os.dup2, 0, limits.open_files))


def _scratch(limits: Limits, folders: list[str]) -> bool:
    # One file system for all three places, no larger than allowed.
    spaces = [os.statvfs(folder) for folder in ("/tmp", "/dev/shm", "/lesson")]
    sizes = {space.f_blocks * space.f_frsize for space in spaces}
    same = len({space.f_fsid for space in spaces}) == 1
    return same and max(sizes) <= limits.scratch_bytes and _no_large_file(limits)


def _no_large_file(limits: Limits) -> bool:
    with Path("/tmp/selftest").open("wb") as file:
        refused = _refused(partial(os.ftruncate, file.fileno(), limits.file_bytes + 1))
    Path("/tmp/selftest").unlink()
    return refused


def _processes(limits: Limits, folders: list[str]) -> bool:
    # Threads count like processes, and sixty of them are started in no time. Their stacks must
    # not reach the limit on memory first.
    threading.stack_size(2**16)
    end = threading.Event()
    threads: list[threading.Thread] = []
    try:
        # One more than allowed would show that there is no limit, and end the test.
        while len(threads) <= limits.processes:
            thread = threading.Thread(target=end.wait)
            thread.start()
            threads.append(thread)
    except RuntimeError:
        pass
    end.set()
    for thread in threads:
        thread.join()
    return len(threads) < limits.processes


CHECKS: dict[str, Check] = {
    "a process namespace": _own_processes,
    "the loss of privileges": _no_privileges,
    "a ban on user namespaces": _no_namespaces,
    "protection of the system's settings": _no_settings,
    "a network namespace": _no_network,
    "a read-only system": _read_only,
    "protection of other files": _nothing_else,
    "a clean environment": _environment,
    "the limit on memory": _memory,
    "the limit on open files": _open_files,
    "the limits on scratch space and file size": _scratch,
    "the limit on processes": _processes,
}
