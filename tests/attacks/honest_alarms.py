"""An honest submission that limits its own time by signals, and sleeps now and then.

graded: 30
note: alarms: ['alarm', 'timer'] done
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import signal
import time

rang = []


def ring(number, frame):
    rang.append("alarm" if not rang else "timer")


signal.signal(signal.SIGALRM, ring)
signal.alarm(1)
signal.pause()
signal.setitimer(signal.ITIMER_REAL, 0.1)
# Not by pause: it may have rung before, on a busy machine.
while len(rang) < 2:
    time.sleep(0.01)
for _ in range(20):
    time.sleep(0.1)
print("alarms:", rang, "done")
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="zero_pad")
    save(folder, right)
