"""What a course's nbgrader_config.py sets so that nbgrader grades with proctor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    GetGrades,
    IgnorePattern,
    LimitOutput,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
)

from .exchange import CollectOwn
from .nbgrader_plugin import (
    ExecuteSubmission,
    LeaveOutLinks,
    RepairNotebook,
    WriteFeedback,
    check_place,
    leave_out_unreadable,
)
from .report.export import ExportClean
from .report.feedback import TEMPLATE, TEMPLATE_DIRECTORIES
from .report.formgrader import (
    FORMGRADER_DIRECTORIES,
    FORMGRADER_TEMPLATE,
    ShowSummary,
    keep_addresses,
    show_code,
    show_markdown,
)


def configure(c: Any) -> None:
    """Let nbgrader grade with proctor; called by nbgrader_config.py.

    Parameters
    ----------
    c : Config
        What ``get_config()`` returned. What the file sets after this call takes its place.

    Raises
    ------
    SystemExit
        If nbgrader could not cope with the path of the course's folder.
    """
    check_place(Path.cwd())
    # Neither what a tool leaves behind goes into a release, nor what only instructors may know.
    c.CourseDirectory.ignore = [".*", "__pycache__", "*.pyc", "feedback", "misconceptions.py"]
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
    # On a hub, students write into the exchange themselves.
    c.ExchangeFactory.collect = CollectOwn
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
    c.HTMLExporter.filters = {
        "highlight_code": show_code,
        "markdown2html": show_markdown,
        "strip_files_prefix": keep_addresses,
    }
