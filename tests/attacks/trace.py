"""All calls and lines are watched by sys.settrace and sys.setprofile, in all threads.

graded: 22
note: nothing of a test was seen
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import insert, save, wrong_pool

WATCH = """
import sys
import threading

seen = set()


def watch(frame, event, argument):
    code = frame.f_code
    seen.add(code.co_name)
    if "assert" in code.co_name or "hidden" in code.co_name:
        frame.f_trace_opcodes = True
        return lambda *args: watch
    return None


threading.settrace(watch)
sys.setprofile(watch)
sys.settrace(watch)
"""
SHOW = """
sys.setprofile(None)
sys.settrace(None)
found = seen & {"assert_close", "hidden_tests", "expected_Z", "assert_depends"}
print("seen:", found) if found else print("nothing of a test was seen")
"""


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    wrong_pool(right)
    insert(right, WATCH, before="zero_pad")
    insert(right, SHOW, before="end")
    save(folder, right)
