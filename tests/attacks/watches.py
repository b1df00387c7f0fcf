"""As many watches, timers and terminals are taken as the system gives to one user.

graded: 30
note: inotify refused
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import ctypes
import os
import pty
import select
import time

libc = ctypes.CDLL(None)
print("inotify", "granted" if libc.inotify_init1(0) >= 0 else "refused")
files = [os.open("/dev/null", os.O_RDONLY) for _ in range(60)] + list(os.pipe())
polls = []
try:
    while True:
        polls.append(select.epoll())
        for _ in range(50):
            polls[-1].register(os.dup(files[-1]), select.EPOLLIN)
except OSError as error:
    print(len(polls), error)
timer = ctypes.c_int()
timers = sum(libc.timer_create(1, None, ctypes.byref(timer)) == 0 for _ in range(5000))
print(timers, "timers", flush=True)
for poll in polls:
    poll.close()
os.closerange(files[-1] + 1, 250)
terminals = []
try:
    while True:
        terminals.append(pty.openpty())
except OSError as error:
    print(len(terminals), "terminals", error, flush=True)
time.sleep(5)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    save(folder, right)
