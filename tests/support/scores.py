"""What a class scored, as the gradebook has it."""

from __future__ import annotations

from nbgrader.api import Gradebook

from proctor.report.class_table import FunctionScore, function_scores
from proctor.report.entries import read_entries


def class_scores(gradebook: Gradebook, lesson: str) -> dict[str, dict[str, FunctionScore]]:
    """Return what each student's functions scored, by student and function.

    A test cell ``conv_forward-stride`` checks the behaviour ``stride`` of ``conv_forward``.

    Raises
    ------
    LessonError
        If the gradebook does not know the lesson.
    """
    entries = read_entries(gradebook, lesson)
    return {student: function_scores(entry) for student, entry in entries.items() if entry.graded}
