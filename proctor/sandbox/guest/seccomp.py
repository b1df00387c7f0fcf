"""System calls that no lesson needs, refused: a filter for the student's processes.

Some calls take memory or time from everybody without being counted for anybody. Where honest code
uses them, too, only the harmful arguments are refused; see also `stand_ins`.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import socket
import struct
from collections.abc import Iterable
from functools import cache
from typing import Literal

from . import linux

_MODE_FILTER = 2
_LOAD, _AND, _RETURN = 0x20, 0x54, 0x06
_JUMP_IF_EQUAL, _JUMP_IF_AT_LEAST = 0x15, 0x35
# What a block may end with, in the order in which the returns stand below it.
_ENDS = {
    "allow": 0x7FFF0000,
    "refuse": 0x00050000 | errno.EPERM,
    # The call does nothing, and tells its caller that it was done.
    "ignore": 0x00050000,
}
# Where the number and the architecture stand in struct seccomp_data, and the low half of the
# first argument: all arguments that are looked at here are taken as 32 bits by Linux.
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_X32_BIT = 0x40000000

# An instruction, its constant, and where it goes on if it holds and if not: so many instructions
# further than the next, or with the end of the block.
_Goal = int | Literal["allow", "refuse", "ignore"]
_Step = tuple[int, int, _Goal, _Goal]

_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}

# Numbers on x86_64 and on aarch64.
_REFUSED = {
    # Look into other processes.
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "perf_event_open": (298, 241),
    # Leave the namespaces, or change what is mounted.
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "mount_setattr": (442, 442),
    "open_by_handle_at": (304, 265),
    # The log of the kernel, which names the machine where others than root may read it.
    "syslog": (103, 116),
    # Parts of the kernel with a history of holes.
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    # Memory that belongs to no process, so that the watcher would not see it. Pages that are moved
    # into a pipe or a socket stay there, whole, when their file or their process is gone.
    "splice": (275, 76),
    "vmsplice": (278, 75),
    "tee": (276, 77),
    "sendfile": (40, 71),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    # Keep files, sockets and what belongs to them open for nobody to see.
    "io_setup": (206, 0),
    "io_submit": (209, 2),
    # Counted for the grader's user, or for all users: one submission could take them all.
    "seccomp": (317, 277),
    "epoll_create1": (291, 20),
    "inotify_init1": (294, 26),
    "fanotify_init": (300, 262),
}
# What x86_64 has of old, beside a newer call of the same purpose.
_REFUSED_ON_X86_64 = {"epoll_create": 213, "inotify_init": 253}
# Numbers of the calls whose arguments decide.
_SOCKET, _SOCKETPAIR, _SETSOCKOPT = (41, 198), (53, 199), (54, 208)
_FCNTL, _MMAP, _PRCTL = (72, 25), (9, 222), (157, 167)
# Linux shares the CPU cores among sessions, so each new one would get a share of its own. And a
# submission that keeps all its processes on one core takes twice as long or longer, and holds its
# place all that time.
_IGNORED = {"setsid": (112, 157), "sched_setaffinity": (203, 122)}

# Other families, such as AF_VSOCK and AF_NETLINK, reach beyond a network namespace, or into parts
# of the kernel with a history of holes.
_TYPES = (socket.SOCK_STREAM, socket.SOCK_DGRAM)
_TYPE_BITS = 0xF  # the others are flags
_PROTOCOLS = (0, socket.IPPROTO_TCP, socket.IPPROTO_UDP)
# How much a socket may hold is what Linux gives to each; two of these only root may use.
_BUFFERS = (socket.SO_SNDBUF, socket.SO_RCVBUF, 32, 33)
# SO_ATTACH_FILTER, SO_ATTACH_BPF, and the same for SO_REUSEPORT: Linux has one limit on compiled
# filters for all users together, and one of them is what is installed here.
_FILTERS = (26, 50, 51, 52)
# The commands of fcntl that are harmless: F_DUPFD to F_SETLKW, those for signals, the same locks by
# open file, F_DUPFD_CLOEXEC, F_GETPIPE_SZ and F_GET_SEALS. Among the others are F_SETLEASE, which
# makes everybody wait who opens that file, F_NOTIFY, and F_SETPIPE_SZ.
_COMMANDS = (*range(12), 15, 16, 36, 37, 38, 1030, 1032, 1034)
# Flags of mmap. Memory that is shared and belongs to no file stays when nobody has touched or
# still maps more than a page of it, and is counted for nobody.
_SHARED_ANONYMOUS, _HUGE_PAGES = 0x21, 0x40000


class _Program(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def known() -> bool:
    """Say whether there is a filter for this machine's architecture."""
    return platform.machine() in _ARCHITECTURES


@cache
def prepare() -> bytes:
    """Return the filter's code; called in the warm parent, so that no child has to make it."""
    steps = _steps(*_ARCHITECTURES[platform.machine()])
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def install() -> None:
    """Refuse the calls in this thread and all it starts; called without privileges, in pid 1."""
    if not known():
        return
    code = prepare()
    program = _Program(len(code) // 8, code)
    linux.prctl(linux.PR_SET_SECCOMP, _MODE_FILTER, ctypes.addressof(program))


def _steps(column: int, architecture: int) -> list[tuple[int, int, int, int]]:
    """Return the filter: instructions with their two jump distances and their constant."""
    refused = [numbers[column] for numbers in _REFUSED.values()]
    if column == 0:
        refused += _REFUSED_ON_X86_64.values()
    return [
        *_block(
            (_LOAD, _ARCHITECTURE, 0, 0),
            (_JUMP_IF_EQUAL, architecture, 0, "refuse"),
            (_LOAD, _NUMBER, 0, 0),
            (_JUMP_IF_AT_LEAST, _X32_BIT, "refuse", len(_ENDS)),
        ),
        *_for_call(_SOCKET[column], *_socket()),
        *_for_call(_SOCKETPAIR[column], *_among(0, (socket.AF_UNIX,))),
        *_for_call(_SETSOCKOPT[column], *_buffers()),
        *_for_call(
            _PRCTL[column],
            (_LOAD, _ARGUMENTS, 0, 0),
            (_JUMP_IF_EQUAL, linux.PR_SET_SECCOMP, "refuse", 0),
        ),
        *_for_call(_FCNTL[column], *_among(1, _COMMANDS)),
        *_for_call(
            _MMAP[column],
            *_unless_all_bits(3, _HUGE_PAGES),
            *_unless_all_bits(3, _SHARED_ANONYMOUS),
        ),
        *_block(
            *((_JUMP_IF_EQUAL, numbers[column], "ignore", 0) for numbers in _IGNORED.values()),
            *((_JUMP_IF_EQUAL, number, "refuse", 0) for number in refused),
        ),
    ]


def _socket() -> list[_Step]:
    """Return the steps that allow Unix sockets, and what could be a connection to localhost."""
    return [
        (_LOAD, _ARGUMENTS, 0, 0),
        (_JUMP_IF_EQUAL, socket.AF_UNIX, "allow", 0),
        (_JUMP_IF_EQUAL, socket.AF_INET, 1, 0),
        (_JUMP_IF_EQUAL, socket.AF_INET6, 0, "refuse"),
        (_LOAD, _ARGUMENTS + 8, 0, 0),
        (_AND, _TYPE_BITS, 0, 0),
        (_JUMP_IF_EQUAL, _TYPES[0], 1, 0),
        (_JUMP_IF_EQUAL, _TYPES[1], 0, "refuse"),
        *_among(2, _PROTOCOLS),
    ]


def _buffers() -> list[_Step]:
    """Return the steps that leave the sizes of a socket's buffers as they are, and no filters."""
    return [
        (_LOAD, _ARGUMENTS + 8, 0, 0),
        (_JUMP_IF_EQUAL, socket.SOL_SOCKET, 0, "allow"),
        (_LOAD, _ARGUMENTS + 16, 0, 0),
        *((_JUMP_IF_EQUAL, option, "ignore", 0) for option in _BUFFERS),
        *((_JUMP_IF_EQUAL, option, "refuse", 0) for option in _FILTERS),
    ]


def _among(argument: int, values: Iterable[int]) -> list[_Step]:
    """Return the steps that allow a call if an argument is one of some values."""
    return [
        (_LOAD, _ARGUMENTS + 8 * argument, 0, 0),
        *((_JUMP_IF_EQUAL, value, "allow", 0) for value in values),
        (_JUMP_IF_AT_LEAST, 0, "refuse", "refuse"),
    ]


def _unless_all_bits(argument: int, bits: int) -> list[_Step]:
    """Return the steps that refuse a call if an argument has all of these bits."""
    return [
        (_LOAD, _ARGUMENTS + 8 * argument, 0, 0),
        (_AND, bits, 0, 0),
        (_JUMP_IF_EQUAL, bits, "refuse", 0),
    ]


def _for_call(number: int, *steps: _Step) -> list[tuple[int, int, int, int]]:
    """Return a block that is entered for one call only; the number is loaded before it."""
    block = _block(*steps)
    return [(_JUMP_IF_EQUAL, 0, len(block), number), *block]


def _block(*steps: _Step) -> list[tuple[int, int, int, int]]:
    """Return instructions, with the returns below them; after the last step, a call is allowed."""
    ends = list(_ENDS)

    def distance(place: int, goal: _Goal) -> int:
        return goal if isinstance(goal, int) else len(steps) - place - 1 + ends.index(goal)

    placed = [
        (code, distance(place, yes), distance(place, no), constant)
        for place, (code, constant, yes, no) in enumerate(steps)
    ]
    return placed + [(_RETURN, 0, 0, value) for value in _ENDS.values()]
