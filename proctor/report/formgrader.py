"""What the formgrader's page of a submission has beside nbgrader's own: a summary on top, test
code folded, and formulas that need no script from another machine.

nbgrader's page loads MathJax from the network for formulas, and without it neither scrolls nor
listens to the keyboard. Here formulas are MathML, and ``templates/course_formgrader`` has what
nbgrader's scripts wait for.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any
from urllib.parse import quote

import nbformat
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape
from nbconvert.filters.markdown_mistune import MarkdownWithMath
from nbformat import NotebookNode
from nbgrader import server_extensions
from nbgrader.api import Gradebook, MissingEntry, SubmittedNotebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_locked
from pygments.formatters import HtmlFormatter
from traitlets import List

from ..grading.gradebook import override
from ..submission.clean import shown_text
from ..submission.passive import cut
from .about import About
from .feedback import feedback
from .text import LONGEST_FORMULA, FormulaRenderer, Room, coloured, comment

FORMGRADER_TEMPLATE = "course_formgrader"
_TEMPLATES = Path(__file__).parent / "templates"
FORMGRADER_DIRECTORIES = [
    str(_TEMPLATES),
    # nbgrader's own, which ours is based on.
    str(Path(server_extensions.__path__[0], "formgrader", "templates")),
]
FOLDED = "<details><summary>Test code</summary>{code}</details>"
_ENVIRONMENT = Environment(
    loader=FileSystemLoader(_TEMPLATES / FORMGRADER_TEMPLATE),
    autoescape=True,
    undefined=StrictUndefined,
)


def show_code(source: str, language: str | None = None, metadata: Any = None) -> str:
    """Return code as HTML, coloured as Python whatever its notebook calls it; a test is folded.

    It is ``highlight_code`` in ``HTMLExporter.filters``. nbconvert's own leaves code after a magic
    to programs for other languages.
    """
    html = coloured(source or " ", HtmlFormatter(cssclass=" highlight hl-ipython3"))
    ours = (metadata or {}).get("nbgrader", {})
    is_test = ours.get("grade") and not ours.get("solution")
    return FOLDED.format(code=html) if is_test else html


@pass_context
def show_markdown(context: Context, source: str) -> str:
    """Return Markdown as HTML, with formulas as MathML.

    It is ``markdown2html`` in ``HTMLExporter.filters``. Of what a student wrote, grading has left
    nothing that runs or is fetched.
    """
    cell = context.get("cell") or {}
    # What the lesson says needs none of the page's room.
    room = Room() if cell and is_locked(cell) else _room(context.get("resources") or {})
    renderer = FormulaRenderer(room, escape=False, attachments=cell.get("attachments", {}))
    return MarkdownWithMath(renderer=renderer).render(source)


def keep_addresses(html: str) -> str:
    """Return HTML as it is.

    It is ``strip_files_prefix`` in ``HTMLExporter.filters``. nbconvert's own looks for addresses
    that grading has left none of, for a time that grows with the square of the text.
    """
    return html


class ShowSummary(NbGraderPreprocessor):  # type: ignore[misc]
    """Puts a summary above a submission in the formgrader, and escapes names on its page.

    One of ``HTMLExporter.preprocessors``. Other pages that nbconvert makes stay as they are.
    """

    # nbgrader configures it for all preprocessors, and warns where it is unknown.
    display_data_priority: Any = List().tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Add a cell to what is shown, and escape names; called by nbconvert."""
        if "submission_id" not in resources:
            return nb, resources
        folders = CourseDirectory(config=self.config)
        names = escaped_names(resources)
        with Gradebook(folders.db_url, folders.course_id) as gradebook:
            try:
                entry = gradebook.find_submission_notebook_by_id(resources["submission_id"])
            except MissingEntry:  # it is of another course than this server was started for
                return nb, resources | names
            text = summary(nb, entry, page_address(folders, resources))
        for cell in nb.cells:
            for output in cell.get("outputs", []):
                _show_formulas(output.get("data", {}), _room(resources))
        nb.cells.insert(0, nbformat.v4.new_markdown_cell(text))
        return nb, resources | names


def escaped_names(resources: dict[str, Any]) -> dict[str, Markup]:
    """Return, as HTML, the names that nbgrader's template would write unescaped."""
    names = {n: shown_text(resources[n] or "") for n in ("student", "first_name", "last_name")}
    names["notebook_path"] = resources["notebook_path"]  # an address, which stays as it is
    return {name: escape(text) for name, text in names.items()}


def summary(nb: NotebookNode, entry: SubmittedNotebook, address: str = "") -> str:
    """Return points, losses and reasons as HTML in one line, which is Markdown, too.

    Parameters
    ----------
    nb : NotebookNode
        The graded notebook.
    entry : SubmittedNotebook
        What the gradebook says of it.
    address : str, optional
        Of the feedback page, if there is one.
    """
    grades = {grade.name: grade for grade in entry.grades}
    scored = copy.deepcopy(nb)
    for cell in scored.cells:
        details = cell.metadata.get("nbgrader", {})
        if details.get("grade_id") in grades:
            grade = grades[details["grade_id"]]
            details["score"], details["points"] = grade.score, grade.max_score
    to_grade = frozenset(name for name, grade in grades.items() if grade.needs_manual_grade)
    penalty = entry.late_submission_penalty or 0.0
    facts = feedback(scored, {}, About(to_grade=to_grade)) | {
        "points": max(0.0, entry.score - penalty),
        "maximum": entry.max_score,
        "penalty": penalty,
        "to_grade": sorted(to_grade),
        "overridden": [
            text
            for grade in grades.values()
            if (text := override(grade.name, grade.manual_score, grade.auto_score))
        ],
        "address": address,
    }
    html = _ENVIRONMENT.get_template("summary.html.j2").render(page=facts)
    # A blank line would end it, and neither a formula nor an escape may begin in it.
    html = " ".join(html.split())
    return html.replace("$", "&#36;").replace("\\", "&#92;")


def page_address(folders: CourseDirectory, resources: dict[str, Any]) -> str:
    """Return where Jupyter shows a submission's feedback page, or nothing if there is none."""
    student, lesson = resources["student"], resources["assignment_id"]
    root = Path(folders.root).absolute()
    graded, page = (
        Path(folders.format_path(step, student, lesson), f"{resources['notebook_id']}.{ending}")
        for step, ending in (
            (folders.autograded_directory, "ipynb"),
            (folders.feedback_directory, "html"),
        )
    )
    if not page.is_file():
        return ""
    # What stands before the graded notebook's path leads from Jupyter's folder to the course's.
    before = resources["notebook_path"].removesuffix(str(graded.absolute().relative_to(root)))
    path = f"{before}{page.absolute().relative_to(root)}".removeprefix("./")
    return f"{resources['base_url']}/files/{quote(path)}"


def _room(resources: Any) -> Room:
    """Return what room the page of some resources has, outputs and texts together."""
    room: Room = resources.setdefault("proctor_room", Room())
    return room


def _show_formulas(data: dict[str, Any], room: Room) -> None:
    """Give an output that is a formula a form that needs no script and takes no time."""
    text = data.get("text/latex")
    if isinstance(text, str):
        code = Markup("<pre><code>{}</code></pre>").format(cut(text, LONGEST_FORMULA))
        data["text/html"] = str(comment(text, room) if room.has_text(text) else code)
