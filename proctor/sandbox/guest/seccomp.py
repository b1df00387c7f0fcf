"""System calls that no lesson needs, refused: a filter for the student's kernel."""

from __future__ import annotations

import ctypes
import errno
import platform
import socket
import struct

from . import linux

_MODE_FILTER = 2
_LOAD, _JUMP_IF_EQUAL, _JUMP_IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
# Where the number, the architecture and the first argument stand in struct seccomp_data.
_NUMBER, _ARCHITECTURE, _ARGUMENT = 0, 4, 16
_X32_BIT = 0x40000000

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
    # Memory that belongs to no process, so that the watcher would not see it.
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
}
_SOCKET = {"socket": (41, 198), "socketpair": (53, 199)}
# Others, such as AF_VSOCK, reach beyond a network namespace.
_FAMILIES = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, 16)  # 16: AF_NETLINK


class _Program(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def known() -> bool:
    """Say whether there is a filter for this machine's architecture."""
    return platform.machine() in _ARCHITECTURES


def install() -> None:
    """Refuse the calls in this thread and all it starts; called without privileges, in pid 1."""
    if not known():
        return
    steps = _steps(*_ARCHITECTURES[platform.machine()])
    code = b"".join(struct.pack("HBBI", *step) for step in steps)
    program = _Program(len(code) // 8, code)
    linux.prctl(linux.PR_SET_SECCOMP, _MODE_FILTER, ctypes.addressof(program))


def _steps(column: int, architecture: int) -> list[tuple[int, int, int, int]]:
    """Return the filter: instructions with their two jump distances and their constant."""
    refused = [numbers[column] for numbers in _REFUSED.values()]
    sockets = [numbers[column] for numbers in _SOCKET.values()]
    # From the end: ... | is it an allowed family? | refuse | allow
    families = len(_FAMILIES)
    first_numbers = 4 + len(sockets) + len(refused)
    check, refuse = first_numbers + 1, first_numbers + 2 + families
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_JUMP_IF_EQUAL, 0, refuse - 2, architecture),
        (_LOAD, 0, 0, _NUMBER),
        (_JUMP_IF_AT_LEAST, refuse - 4, 0, _X32_BIT),
    ]
    for number in sockets:
        steps.append((_JUMP_IF_EQUAL, check - len(steps) - 1, 0, number))
    for number in refused:
        steps.append((_JUMP_IF_EQUAL, refuse - len(steps) - 1, 0, number))
    steps.append((_RETURN, 0, 0, _ALLOW))
    steps.append((_LOAD, 0, 0, _ARGUMENT))
    for family in _FAMILIES:
        steps.append((_JUMP_IF_EQUAL, refuse - len(steps), 0, family))
    steps.append((_RETURN, 0, 0, _REFUSE))
    steps.append((_RETURN, 0, 0, _ALLOW))
    return steps
