"""Links beside the notebook lead to the master, to a classmate's notebook and to /etc/passwd.

No file that they lead to may be found in autograded/ or feedback/.

graded: 30
note: master.txt is a link
stock: same
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from tests.support.notebooks import NAME, save


def make(folder: Path, release: NotebookNode, right: NotebookNode) -> None:
    save(folder, right)
    course = folder.parents[2]
    (folder / "master.txt").symlink_to(course / "source" / folder.name / NAME)
    (folder / "classmate.txt").symlink_to(
        course / "submitted" / "invalid_json" / folder.name / NAME
    )
    (folder / "nested").mkdir()
    (folder / "nested" / "passwd.txt").symlink_to("/etc/passwd")
    (folder / "source").symlink_to(course / "source")
    # nbgrader puts the lesson's own file in the place of this one.
    (folder / "figures.py").symlink_to("/etc/passwd")
