"""A class of 300 with 30 hostile submissions among them: `make crowd`. Takes some minutes.

Not part of `make test`, whose tests/attacks runs each attack.
"""

from __future__ import annotations

import random
from pathlib import Path

from nbgrader.api import Gradebook

from tests.attacks.tools import save
from tests.support.attacks import ATTACKS, make_canary_course, make_class
from tests.support.commands import run
from tests.support.notebooks import LESSON, right_submission, submit

SIZE, HOSTILE = 300, 30


def test_class_of_300_with_30_hostile_submissions(tmp_path: Path) -> None:
    attacks = random.Random(0).sample(ATTACKS, HOSTILE)
    course = make_class(make_canary_course(tmp_path / "course"), attacks)
    _, right = right_submission(course)
    students = {path.name for path in (course / "submitted").iterdir()}
    hostile = {attack.name for attack in attacks}
    for number in range(SIZE - len(students)):
        # In the order of names, attacks stand among them.
        save(submit(course, f"{'abcdefghijklmnopqrstuvwxyz'[number % 26]}{number}"), right)
    result = run(["proctor", "autograde", LESSON], course)
    assert result.returncode == 0, result.stdout[-5000:] + result.stderr[-5000:]
    assert f"{SIZE} submissions: {SIZE} graded" in result.stdout
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        scores = {s.student.id: s.score for s in gradebook.assignment_submissions(LESSON)}
    assert len(scores) == SIZE
    assert {name for name in set(scores) - hostile if scores[name] < 30} == set()
    # In a crowd an attack may run into a limit of time, which are short here; it gains nothing.
    assert {a.name for a in attacks if scores[a.name] > a.points[1]} == set()
