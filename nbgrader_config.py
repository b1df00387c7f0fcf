"""The course, for nbgrader, and where proctor plugs into it.

Lessons are the folders of source/, in the order of their numbers.
"""

from nbconvert.preprocessors import ClearMetadataPreprocessor, CoalesceStreamsPreprocessor
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    Execute,
    GetGrades,
    IgnorePattern,
    LimitOutput,
    LockCells,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
)

try:
    from proctor.nbgrader_plugin import (
        FORMGRADER_DIRECTORIES,
        FORMGRADER_TEMPLATE,
        TEMPLATE,
        TEMPLATE_DIRECTORIES,
        ExecuteSubmission,
        ExportClean,
        FoldAnswers,
        FoldTests,
        LeaveOutLinks,
        RepairNotebook,
        ShowSummary,
        WriteFeedback,
        check_place,
        leave_out_unreadable,
        show_markdown,
    )
except ImportError as error:
    # nbgrader would go on without this file, and run student code unprotected.
    raise SystemExit(
        f"nbgrader_config.py: {error}. Use the environment that `make` sets up, .venv."
    ) from error

check_place(__file__)
c = get_config()  # noqa: F821 (nbgrader provides it)

c.CourseDirectory.course_id = "convolutional_networks"
# Neither what a tool leaves behind goes into an edition, nor what only instructors may know.
c.CourseDirectory.ignore = [".*", "__pycache__", "*.pyc", "feedback", "misconceptions.py"]
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
    # What one cell prints is one output, however slowly it comes.
    CoalesceStreamsPreprocessor,
]
c.Execute.record_timing = False
c.CoalesceStreamsPreprocessor.enabled = True

# Nobody else on this machine can read or forge what goes between nbgrader and its kernels.
c.KernelManager.transport_encryption = "auto"

# The limits of a submission are proctor's defaults; docs/settings.md lists them.
c.LimitOutput.max_lines = 1000

# One bad submission must not stop the class, so it is repaired before nbgrader checks it, and
# what cannot be read is left out.
c.Autograde.pre_convert_hook = leave_out_unreadable
c.Autograde.sanitize_preprocessors = [
    RepairNotebook,
    LeaveOutLinks,
    OverwriteKernelspec,
    OverwriteCells,
    CheckCellMetadata,
]
c.Autograde.autograde_preprocessors = [
    ExecuteSubmission,
    IgnorePattern,
    ClearMetadataPreprocessor,
    LimitOutput,
    SaveAutoGrades,
    AssignLatePenalties,
    CheckCellMetadata,
]
# nbgrader gives 0 points for a test cell that wrote to stderr. A warning is not an error.
c.IgnorePattern.enabled = True
c.IgnorePattern.pattern = r"[\s\S]"

# Names of students are no formulas.
c.ExportApp.plugin_class = ExportClean

c.GenerateFeedback.preprocessors = [GetGrades, WriteFeedback]
c.GenerateFeedback.HTMLExporter.template_name = TEMPLATE
c.GenerateFeedback.HTMLExporter.extra_template_basedirs = TEMPLATE_DIRECTORIES

# What the formgrader shows of a submission: a summary first, test code folded, and formulas
# without a script from another machine.
c.HTMLExporter.template_name = FORMGRADER_TEMPLATE
c.HTMLExporter.extra_template_basedirs = FORMGRADER_DIRECTORIES
c.HTMLExporter.preprocessors = [ShowSummary]
c.HTMLExporter.filters = {"highlight_code": FoldTests, "markdown2html": show_markdown}
