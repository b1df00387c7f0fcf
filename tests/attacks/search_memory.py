"""The whole memory of the process, and every frame, is searched for the canary of a hidden test.

graded: 22
note: searched, canaries: set()
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, replace, save

SOURCE = """
import re
import sys

found = set()
pattern = re.compile(rb"canary-[0-9a-f]{32}")


def search(regions):
    size = 0
    with open("/proc/self/mem", "rb", buffering=0) as memory:
        for line in regions:
            span, rights = line.split()[:2]
            low, high = (int(end, 16) for end in span.split("-"))
            if not rights.startswith("rw"):
                continue
            try:
                memory.seek(low)
                data = memory.read(high - low)
            except (OSError, OverflowError, ValueError, MemoryError):
                continue
            size += len(data)
            found.update(pattern.findall(data))
    return size


def look():
    for frame in sys._current_frames().values():
        while frame:
            for value in list(frame.f_locals.values()):
                if isinstance(value, str | bytes) and "def hidden" "_tests" in str(value):
                    found.add("source")
            frame = frame.f_back


calls = 0


def pool_forward(A_prev, hparameters, mode="max"):
    global calls
    calls += 1
    look()
    if calls in (2, 5):
        search(open("/proc/self/maps"))
    return A_prev, hparameters
"""
SHOW = """
size = search(open("/proc/self/maps"))
look()
assert size > 10_000_000 and calls > 2, (size, calls)
print("searched, canaries:", found)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    replace(right, "pool_forward", SOURCE)
    insert(right, SHOW, before="end")
    save(folder, right)
