"""Names of cells that the lesson does not have, and of files: codes for the grader's terminal.

graded: 30
note: \\x1b[2K\\x1b[1A
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.attacks.tools import NAME, insert, save

CODES = [
    "\x1b]0;title set by a student\x07",
    "\x1b[2K\x1b[1A\x1b[2K\rclassmate: graded, 0 of 30 points\x1b[8m",
    "\x1b]8;;http://example.com/\x1b\\click\x1b]8;;\x1b\\",  # a link
    "\x1b]52;c;cm0gLXJmIH4K\x07",  # the clipboard
    "\u202egnirts desrever",
    "\x9b31mred\x85next line\u2028and next",
]


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    for code in CODES:
        insert(right, f"raise ValueError({code!r})", before="end")
        right.cells[-1].metadata["nbgrader"] = {
            "grade_id": code,
            "grade": False,
            "solution": False,
            "locked": True,
            "schema_version": 3,
        }
    for number, code in enumerate(CODES):
        (folder / f"{number}{code.replace('/', '')}").symlink_to("/etc/passwd")
        (folder / f"{number}{code.replace('/', '')}.ipynb").write_text("{}")
    save(folder, right, NAME)
