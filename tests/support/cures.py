"""What to do about each problem that a gate finds.

A gate says what is wrong. Whoever reads that has perhaps just written their first lesson, so each
problem comes with its cure; a problem that has none is an error in the gate.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec

P = ParamSpec("P")

BUILD = "Run make build"
CURES = {
    # Masters
    "cell ids are missing": "Save the master in JupyterLab, which gives new ones",
    "a cell holds outputs": "Run nbstripout --keep-id on the master",
    "does not have points": "Give it points in JupyterLab's panel Create Assignment",
    "Duplicate grade id": "Give one of the two cells another ID in that panel",
    "nbgrader metadata": "Set the cell's type anew in JupyterLab's panel Create Assignment",
    "not the locked cell `imports`": "Give it this ID, and lock it",
    "an import stands outside": "Move it into the cell `imports`",
    # Text
    "image is written in HTML": "Write it as ![what it shows](images/NAME.png)",
    "the text alternative says": "Say in 40 letters or more what the image shows",
    "no such image": "Draw it in figures.py, list it in DRAWINGS, and run make build",
    "the link leads nowhere": "Link to a heading, as in #Its-words, to a file of the lesson's "
    "folder, or to https://",
    # Exercises
    "does not define": "Let the cell's ID be the function's name, and the function stand first",
    "no solution is marked": "Put ### BEGIN SOLUTION and ### END SOLUTION around it",
    "the docstring tells no shape": "Write, for example, `X : array of shape (n,)`",
    "no cell checks it": "Add a cell with check(FUNCTION) above its test cells",
    "test cells instead of 2 to 5": "Give each behaviour a cell, with the ID FUNCTION-BEHAVIOUR",
    "no two hints unfold": "End the text cell just above the solution cell with two hints, "
    "as docs/authoring.md shows",
    # Answers in words
    "not of the form EXERCISE-PART": "Begin the cell's ID with that of a solution cell",
    "not a model answer": "Write one, in a Markdown cell, of 200 letters or more",
    "locked, or worth nothing": "Give it points; lock a test cell, and no answer in words",
    # Test cells
    "not of the form FUNCTION-BEHAVIOUR": "Begin the cell's ID with that of a solution cell",
    "does not call": "Call the function that the cell's ID names",
    "visible part imports": "Use what the cell `imports` brings",
    "no docstring says": "Begin the cell with one; feedback shows it",
    "no visible assert": "Assert something of what the function returned",
    "a visible assert has no message": "Say in it what is asked for, and what came",
    "a visible message is longer": "Shorten it to one line",
    "its source is not folded": 'Add "jupyter": {"source_hidden": true} to the cell\'s metadata',
    "partial credit": "End the visible part with an assert",
    "no hidden test": "Write some between ### BEGIN HIDDEN TESTS and ### END HIDDEN TESTS",
    "is not the function hidden_tests": "Write them in `def hidden_tests():`, and call it below",
    "no fresh inputs": 'Draw the inputs from fresh_rng("FUNCTION-BEHAVIOUR")',
    "differs from cell to cell": "Rename one of them, or give them one body",
    # Misconceptions
    "no misconceptions are declared": "Declare them in misconceptions.py, and list the declaration "
    "in MISCONCEPTIONS",
    "the sentence holds a line": "Say it in words",
    "have one name or one sentence": "Tell them apart, or make one a form of the other",
    "the probe has no case of": "Give it one",
    "and no test cell has": "Rename them after a test cell, FUNCTION-BEHAVIOUR, or take them out",
    "the reference stops": "Run the reference on a case of the probe, and correct either",
    "the reference and the solution differ": "Run both on a case of the probe, and correct either",
    "the style": "Let it do what the reference does",
    "misconceptions.py": "Correct it there; docs/authoring.md works a declaration out",
    # check
    "named otherwise": "Add a case to the probe on which it differs from what is named",
    "check finds it to lose": "Let the visible tests of these behaviours and their cases "
    "in the probe see the same",
    "it holds a line of a solution": "Say it in words where students read it, and run make build",
    "it holds right results": "Take them out of what students read, or give the case arguments "
    "with other results, and run make build",
    # Editions
    "is in one of": BUILD,
    "is not what make build makes": BUILD,
    "is none of the files": "Delete it, and run make build",
    "is missing": BUILD,
    "is not that of the master": BUILD,
    "is a link": "Delete it, and run make build",
    "is not on the list of files": "Take it out of the lesson's folder, or add it to ALLOWED_FILES "
    "in tests/support/gates.py",
    " holds '": "Close the mark's block in the master, mention it nowhere else, and run make build",
    "is not on the students' list": "Do without it, or add it to each lesson's requirements.txt "
    "and to STUDENT_PACKAGES in tests/support/gates.py",
    "does not ask for an answer": "Let the cell be graded by hand, and run make build",
    "holds a line of the solution": "Keep it between the marks of the solution, and run make build",
    "does not raise NotImplementedError": "Mark the solution in the master, and run make build",
    "cell sources are not those": BUILD,
    "other answers are folded": BUILD,
    "outputs are not those": f"{BUILD}; a cell that shows something else each time gets the tag "
    "nbval-ignore-output",
    "not executed in order": BUILD,
    "an error or a warning": "Correct the master, and run make build",
    "a figure without a text": "Show it with show(figure, alt), alt having 40 letters or more, and "
    "run make build",
    "a memory address": "Print something else, and run make build",
}  # fmt: skip


def cured(problem: str) -> str:
    """Return a problem with what to do about it.

    Raises
    ------
    KeyError
        If nobody has written that down.
    """
    for part, cure in CURES.items():
        if part in problem:
            return f"{problem}. {cure}."
    raise KeyError(f"no cure for: {problem}")


def nothing_in(problems: list[str]) -> None:
    """Fail with all problems that a gate has found, a line for each.

    Raises
    ------
    AssertionError
        If there are any.
    """
    assert not problems, "\n".join(problems)


def with_cures(gate: Callable[P, list[str]]) -> Callable[P, list[str]]:
    """Let a gate say what to do about each problem that it finds."""

    @functools.wraps(gate)
    def find(*args: P.args, **kwargs: P.kwargs) -> list[str]:
        return [cured(problem) for problem in gate(*args, **kwargs)]

    return find
