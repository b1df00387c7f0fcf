"""The attacks in tests/attacks: how they are read, and handed in as one class."""

from __future__ import annotations

import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import nbformat
from nbgrader.api import Gradebook

from .cases import promise, read_cases
from .commands import nbgrader
from .lessons import make_course
from .notebooks import LESSON, NAME, cell, right_submission, save, submit

CELL, CALL, SUBMISSION, SLEEP = 10, 5, 50, 24
# A quarter of what is usual, in bytes: a virtual machine may take seconds to get a gigabyte.
MEMORY = 800_000_000
LIMITS = f"""
c.ExecuteSubmission.cell_timeout = {CELL}
c.ExecuteSubmission.call_timeout = {CALL}
c.ExecuteSubmission.submission_timeout = {SUBMISSION}
c.ExecuteSubmission.sleep_timeout = {SLEEP}
c.ExecuteSubmission.max_total_memory_bytes = {MEMORY}
"""
CANARY = f"canary-{secrets.token_hex(16)}"
PLANT = f"""
    # Planted by tests/support/attacks.py.
    canary = "{CANARY}"
    expected_canary = np.frombuffer(canary.encode(), np.uint8)
"""


@dataclass
class Attack:
    """An attack, and what must come of it."""

    name: str
    module: ModuleType

    def expected(self, what: str) -> str:
        """Return what the first lines say must come of it, or nothing."""
        limits = {"CELL": CELL, "CALL": CALL, "SUBMISSION": SUBMISSION, "SLEEP": SLEEP}
        memory = f"{MEMORY // 1_000_000:,}"
        return promise(self.module, what).format(**limits, MEMORY=memory)

    @property
    def points(self) -> tuple[float, float]:
        """The points that it must score: not less than one, not more than the other."""
        low, _, high = self.expected("graded").partition(" to ")
        return float(low), float(high or low)


ATTACKS = [Attack(name, module) for name, module in read_cases("attacks").items()]
# In the order of names, so that a right one follows each few attacks.
RIGHT = ["_first", *[f"{attack.name}~" for attack in ATTACKS[5::10]], "~last"]


def make_canary_course(folder: Path) -> Path:
    """Make a course with a canary in hidden tests, and return its folder."""
    course = make_course(folder)
    for other in (course / "source").iterdir():
        if other.is_dir() and other.name != LESSON:
            shutil.rmtree(other)
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write(LIMITS)
    master = course / "source" / LESSON / NAME
    notebook = nbformat.read(master, as_version=4)
    planted = ("zero_pad-border", "conv_forward-stride", "pool_forward-max")
    for name in planted:
        test = cell(notebook, name)
        test.source = test.source.replace("def hidden_tests():", f"def hidden_tests():{PLANT}")
    nbformat.write(notebook, master)
    nbgrader(course, "generate_assignment", LESSON)
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        cells = gradebook.find_notebook(Path(NAME).stem, LESSON).source_cells
        assert sum(CANARY in entry.source for entry in cells) == len(planted)
    assert CANARY not in (course / "release" / LESSON / NAME).read_text(encoding="utf-8")
    return course


def make_class(course: Path, attacks: list[Attack]) -> Path:
    """Hand in attacks and right submissions in a course, and return its folder."""
    _, right = right_submission(course)
    for student in RIGHT:
        save(submit(course, student), right)
    for attack in attacks:
        attack.module.make(submit(course, attack.name), *right_submission(course))
    return course
