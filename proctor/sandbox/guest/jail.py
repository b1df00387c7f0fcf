"""Namespaces, mounts and limits of one submission; what runs here is inside the wall."""

from __future__ import annotations

import os
import resource
import shutil
import socket
from pathlib import Path

from ..protocol.limits import Limits
from . import linux, seccomp

LESSON = "/lesson"

_NAMESPACES = (
    linux.CLONE_NEWUSER
    | linux.CLONE_NEWNS
    | linux.CLONE_NEWPID
    | linux.CLONE_NEWIPC
    | linux.CLONE_NEWNET
    | linux.CLONE_NEWUTS
)
_QUIET = linux.MS_NOSUID | linux.MS_NODEV


def enter_namespaces() -> None:
    """Move into namespaces of our own; the next process forked is pid 1 in them."""
    user, group = os.getuid(), os.getgid()
    linux.unshare(_NAMESPACES)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def build(limits: Limits, files: dict[str, bytes], hidden: list[str]) -> None:
    """Mount the submission's private folders and put its files in place; called in pid 1.

    The folders of the parent stay below and out of reach.

    Parameters
    ----------
    limits : Limits
        Says how large the scratch space is.
    files : dict of str to bytes
        The submission's own files, by their path in the working directory.
    hidden : list of str
        What of the Python environment the private ``/tmp`` would hide.
    """
    linux.mount("none", "/", flags=linux.MS_REC | linux.MS_PRIVATE)
    kept = {path: os.open(path, os.O_PATH) for path in [LESSON, *hidden]}
    # One file system for all three, so that one limit holds them together.
    options = f"size={limits.scratch_bytes},nr_inodes={limits.scratch_files},mode=0700"
    linux.mount("scratch", "/tmp", "tmpfs", _QUIET, options)
    for name, target in (("lesson", LESSON), ("shm", "/dev/shm"), ("tmp", "/tmp")):
        Path("/tmp", name).mkdir()
        linux.bind(f"/tmp/{name}", target)
    lesson = kept.pop(LESSON)
    shutil.copytree(f"/proc/self/fd/{lesson}", LESSON, dirs_exist_ok=True)
    os.close(lesson)
    for name, content in files.items():
        path = Path(LESSON, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    for folder, descriptor in kept.items():
        _show_again(folder, descriptor)
    # The terminals of other submissions are none of this one's business.
    options = "newinstance,ptmxmode=0666,mode=0620,max=16"
    linux.mount("devpts", "/dev/pts", "devpts", linux.MS_NOSUID | linux.MS_NOEXEC, options)
    socket.sethostname("sandbox")
    # If memory runs out, the system should end a student's process, not the grader's.
    Path("/proc/self/oom_score_adj").write_text("1000")
    _mount_proc()
    os.chdir(LESSON)


def restrict(limits: Limits) -> None:
    """Set the limits and give up all privileges, for good; called in pid 1."""
    hard = {
        resource.RLIMIT_AS: limits.memory_bytes,
        resource.RLIMIT_NOFILE: limits.open_files,
        resource.RLIMIT_FSIZE: limits.file_bytes,
        resource.RLIMIT_NPROC: limits.processes,
        # One byte: unlike 0, it also stops a core dump that is piped to a program.
        resource.RLIMIT_CORE: 1,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        # Counted for the grader's user, too: one submission could take them all.
        resource.RLIMIT_SIGPENDING: limits.open_files,
    }
    for kind, value in hard.items():
        resource.setrlimit(kind, (value, value))
    # A signal that may be caught, and one second later one that may not.
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    linux.drop_capabilities()
    seccomp.install()


def _show_again(path: str, descriptor: int) -> None:
    """Bind a folder or a file that we hold, at its old place in a new file system."""
    place = Path(path)
    if Path(f"/proc/self/fd/{descriptor}").is_dir():
        place.mkdir(parents=True, exist_ok=True)
    else:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
    linux.bind(f"/proc/self/fd/{descriptor}", path)
    flags = linux.MS_REMOUNT | linux.MS_BIND | linux.MS_RDONLY | _QUIET
    linux.mount("none", path, flags=flags)
    os.close(descriptor)


def _mount_proc() -> None:
    """Show the processes of this submission only, and end the making of namespaces."""
    flags = _QUIET | linux.MS_NOEXEC
    linux.mount("proc", "/proc", "proc", flags)
    Path("/proc/sys/user/max_user_namespaces").write_text("0")
    linux.mount("none", "/proc", flags=linux.MS_REMOUNT | linux.MS_BIND | linux.MS_RDONLY | flags)
