"""All files that can be read are searched for the canary, and their names for the course's.

graded: 30
note: searched files: True, canaries: set(), of the course: set()
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save

SOURCE = """
import os
import re

canaries, course, number = set(), set(), 0
names = {"gradebook.db", "course_secret", "submitted", "autograded", "nbgrader_config.py"}
roots = ["/", "..", "/dev/shm", "/proc/1", "/proc/self"]
skipped_folders = {"usr", "lib", "share", "include", "site-packages", "proc", "dev", "task"}
skipped = ("task", "pagemap", "kmsg", "mem", "clear_refs")
for root in dict.fromkeys(map(os.path.abspath, roots)):
    for folder, folders, files in os.walk(root):
        folders[:] = [f for f in folders if f not in skipped_folders]
        course |= names & {*folders, *files}
        for name in files:
            if name in skipped:
                continue
            try:
                # Some are pipes of the process itself.
                descriptor = os.open(os.path.join(folder, name), os.O_RDONLY | os.O_NONBLOCK)
                with open(descriptor, "rb", buffering=0) as file:
                    data = file.read(1_000_000) or b""
            except OSError:
                continue
            number += 1
            canaries |= set(re.findall(rb"canary-[0-9a-f]{32}", data))
for folder, folders, files in os.walk("/usr/local"):
    course |= names & {*folders, *files}
print(f"searched files: {number > 20}, canaries: {canaries}, of the course: {course}")
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    insert(right, SOURCE, before="conv_forward")
    save(folder, right)
