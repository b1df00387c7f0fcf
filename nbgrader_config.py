"""The course, for nbgrader, and where proctor plugs into it.

Lessons are the folders of source/, in the order of their numbers.
"""

from nbconvert.preprocessors import CoalesceStreamsPreprocessor
from nbgrader.preprocessors import (
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    Execute,
    LockCells,
)

try:
    import proctor
    from proctor.nbgrader_plugin import FoldAnswers, RefuseErrors
except ImportError as error:
    # nbgrader would go on without this file, and run student code unprotected.
    raise SystemExit(
        f"nbgrader_config.py: {error}. Use the environment that `make` sets up, .venv."
    ) from error

c = get_config()  # noqa: F821 (nbgrader provides it)
proctor.configure(c)

c.CourseDirectory.course_id = "convolutional_networks"
# The hidden tests of these lessons are secret: none of them ever runs where students' code could
# read it, whatever `proctor check` finds on a bad day.
c.ExecuteSubmission.run_tests = "outside"
# `nbgrader generate_solution` makes the worked edition.
c.CourseDirectory.solution_directory = "notebooks"

# The worked edition shows no hidden test, and no answer before the reader wants to see it. Running
# it twice gives the same file.
c.GenerateSolution.preprocessors = [
    LockCells,
    ClearOutput,
    ClearHiddenTests,
    ClearMarkScheme,
    FoldAnswers,
    Execute,
    RefuseErrors,
    # What one cell prints is one output, however slowly it comes.
    CoalesceStreamsPreprocessor,
]
c.Execute.record_timing = False
c.CoalesceStreamsPreprocessor.enabled = True
