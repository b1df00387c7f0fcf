"""The gates that keep masters and editions sound.

Each gate returns the problems that it finds, with what to do; none means that it is passed. The
tests pass the course through every gate, and break each gate once to see it fail.

A gate asks of a lesson what the lesson declares or has: an image needs a text alternative. How
many exercises, images and example students there are is for the author to choose.
"""

from __future__ import annotations

import ast
import copy
import filecmp
import html
import itertools
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from nbconvert.preprocessors import CoalesceStreamsPreprocessor
from nbformat import NotebookNode
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import ClearHiddenTests
from nbgrader.utils import is_grade, is_solution
from nbgrader.validator import Validator

from proctor.diagnose.consistency import inconsistencies_of
from proctor.diagnose.declaration import APART
from proctor.diagnose.exercise import DeclarationError, Exercise, Variant
from proctor.diagnose.misconceptions import FILE, read_exercises
from proctor.diagnose.naming import all_same
from proctor.diagnose.outcome import outcome_of
from proctor.nbgrader_plugin import FoldAnswers

from .cures import with_cures

ALLOWED_FILES = re.compile(
    r"\w+\.ipynb|check\.py|checks\.json|digits\.h5|drawing\.py|figures\.py|given\.py|"
    r"photo\.h5|playing\.(py|html)|requirements\.txt|tracebacks\.py|images/\w+\.png"
)
STUDENT_PACKAGES = {"numpy", "h5py", "matplotlib", "IPython"}
IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)]+)\)")
TIMED = "nbval-ignore-output"  # the tag of a cell whose output differs from run to run
# What these do stands in a file, on the student's side of the wall, where no probe sees it.
WITHOUT_MISCONCEPTIONS = {"save_checkpoint", "load_checkpoint"}
HIDDEN = ("### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS")


def is_manual(cell: NotebookNode) -> bool:
    """Whether a cell is an answer that a person grades."""
    return bool(is_grade(cell) and is_solution(cell))


def is_test(cell: NotebookNode) -> bool:
    """Whether a cell is a test cell, which grades by itself."""
    return bool(is_grade(cell) and not is_solution(cell))


def read(path: Path) -> NotebookNode:
    """Read a notebook, which must be valid."""
    notebook: NotebookNode = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return notebook


def files_below(folder: Path) -> set[str]:
    """Return the paths of all files below a folder, relative to it; byte code does not count."""
    files = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    return {str(path) for path in files if "__pycache__" not in path.parts}


def visible_part(source: str) -> str:
    """Return a test cell's source without its hidden tests."""
    begin, end = (re.escape(mark) for mark in HIDDEN)
    return re.sub(rf"{begin}.*?{end}", "", source, flags=re.DOTALL)


# ---------------------------------------------------------------------------------- masters


@with_cures
def master_problems(path: Path) -> list[str]:
    """Find what a master must not be."""
    # nbformat would mend ids while it reads.
    ids = [cell.get("id") for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
    if None in ids or len(set(ids)) < len(ids):
        return ["cell ids are missing or doubled"]
    notebook = read(path)
    problems = []
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell in code:
        if cell.outputs or cell.execution_count is not None:
            problems.append(f"a cell holds outputs: {cell.source[:40]!r}")
    try:
        MetadataValidator().validate_nb(notebook)
    except Exception as error:  # nbgrader's schema errors share no base class
        problems.append(f"nbgrader metadata: {error}")
    first = code[0].metadata.get("nbgrader", {})
    if first.get("grade_id") != "imports" or not first.get("locked"):
        problems.append("the first code cell is not the locked cell `imports`")
    for cell in code[1:]:
        if not is_test(cell) and _imports(cell.source):
            problems.append(f"an import stands outside of the cell `imports`: {cell.source[:40]!r}")
    declared, wrong = _declared(path)
    problems += _text_problems(path, notebook)
    problems += _exercise_problems(notebook, _with_shapes(declared))
    return problems + helper_problems(notebook) + (wrong or _declaration_problems(path, declared))


def _imports(source: str) -> set[str]:
    """Return the top-level names of the packages that some code imports."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    return names


def _text_problems(path: Path, notebook: NotebookNode) -> list[str]:
    """Find images without a text alternative, and images and links that lead nowhere."""
    problems = []
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    if "<img" in text:
        problems.append("an image is written in HTML, where no gate sees its text alternative")
    for alt, target in IMAGE.findall(text):
        if len(alt) < 40:
            problems.append(f"{target}: the text alternative says too little: {alt!r}")
        if not (path.parent / target).is_file():
            problems.append(f"{target}: no such image")
    # As JupyterLab and nbconvert name them.
    anchors = {"#" + heading.replace(" ", "-") for heading in HEADING.findall(text)}
    for target in LINK.findall(text):
        if target.startswith("https://") or target in anchors:
            continue
        if target.startswith("..") or not (path.parent / target).exists():
            problems.append(f"{target}: the link leads nowhere in the folder that a student has")
    return problems


def _exercise_problems(notebook: NotebookNode, with_shapes: set[str]) -> list[str]:
    """Find exercises that are not of the course's form; some functions have shapes to tell."""
    problems = []
    exercises = [cell for cell in notebook.cells if is_solution(cell) and not is_manual(cell)]
    tests = [cell for cell in notebook.cells if is_test(cell)]
    manual = [cell for cell in notebook.cells if is_manual(cell)]
    in_words = {cell.metadata.nbgrader.grade_id.partition("-")[0] for cell in manual}
    for cell in manual:
        problems += _manual_problems(cell, {cell.metadata.nbgrader.grade_id for cell in exercises})
    for cell in exercises:
        name = cell.metadata.nbgrader.grade_id
        if name in in_words:
            if "### BEGIN SOLUTION" not in cell.source:
                problems.append(f"{name}: no solution is marked")
            continue
        function = ast.parse(cell.source).body[0]
        if not isinstance(function, ast.FunctionDef) or function.name != name:
            problems.append(f"{name}: the solution cell does not define {name} first")
        elif "### BEGIN SOLUTION" not in cell.source:
            problems.append(f"{name}: no solution is marked")
        elif name in with_shapes and "shape (" not in (ast.get_docstring(function) or ""):
            problems.append(f"{name}: the docstring tells no shape")
        own = [test for test in tests if test.metadata.nbgrader.grade_id.startswith(f"{name}-")]
        if f"check({name})" not in [cell.source for cell in notebook.cells]:
            problems.append(f"{name}: no cell checks it")
        if not 2 <= len(own) <= 5:
            problems.append(f"{name}: {len(own)} test cells instead of 2 to 5")
    names = {cell.metadata.nbgrader.grade_id for cell in exercises} - in_words
    for before, cell in itertools.pairwise(notebook.cells):
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id in names and before.source.count("<summary>Hint ") < 2:
            problems.append(f"{grade_id}: no two hints unfold above it")
    for cell in tests:
        problems += _test_cell_problems(cell, names)
    return problems


def _manual_problems(cell: NotebookNode, exercises: set[str]) -> list[str]:
    """Find what a cell that a person grades must not be: it holds a model answer in words."""
    grade_id = cell.metadata.nbgrader.grade_id
    exercise, _, part = grade_id.partition("-")
    problems = []
    if exercise not in exercises or not part:
        problems.append(f"{grade_id}: not of the form EXERCISE-PART")
    if cell.cell_type != "markdown" or len(cell.source) < 200:
        problems.append(f"{grade_id}: not a model answer in words")
    if cell.metadata.nbgrader.locked or not cell.metadata.nbgrader.get("points"):
        problems.append(f"{grade_id}: locked, or worth nothing")
    return problems


def _test_cell_problems(cell: NotebookNode, functions: set[str]) -> list[str]:
    """Find what a test cell must not be."""
    grade_id = cell.metadata.nbgrader.grade_id
    function, _, behaviour = grade_id.partition("-")
    problems = []
    if function not in functions or not behaviour:
        return [f"{grade_id}: not of the form FUNCTION-BEHAVIOUR"]
    visible = ast.parse(visible_part(cell.source))
    if function not in called_names(visible):
        problems.append(f"{grade_id}: the visible part does not call {function}")
    if _imports(visible_part(cell.source)):
        problems.append(f"{grade_id}: the visible part imports something")
    if ast.get_docstring(visible) is None:
        problems.append(f"{grade_id}: no docstring says which behaviour is tested")
    asserts = [node for node in ast.walk(visible) if isinstance(node, ast.Assert)]
    if not asserts:
        problems.append(f"{grade_id}: it has no visible assert")
    if any(node.msg is None for node in asserts):
        problems.append(f"{grade_id}: a visible assert has no message")
    if any(node.msg and node.msg.lineno != node.msg.end_lineno for node in asserts):
        problems.append(f"{grade_id}: a visible message is longer than one line")
    if "__import__" in visible_part(cell.source):
        problems.append(f"{grade_id}: the visible part imports something")
    if not cell.metadata.nbgrader.locked or not cell.metadata.nbgrader.get("points"):
        problems.append(f"{grade_id}: not locked, or worth nothing")
    if not cell.metadata.get("jupyter", {}).get("source_hidden"):
        problems.append(f"{grade_id}: its source is not folded")
    problems += _hidden_part_problems(grade_id, cell.source)
    last = visible.body[-1]
    if isinstance(last, ast.Expr):
        problems.append(f"{grade_id}: nbgrader would take its last value for partial credit")
    return problems


def _hidden_part_problems(grade_id: str, source: str) -> list[str]:
    """Find what the hidden part of a test cell must not be."""
    if HIDDEN[0] not in source:
        return [f"{grade_id}: no hidden test"]
    hidden = ast.parse(source.split(HIDDEN[0])[1].split(HIDDEN[1])[0])
    problems = []
    function, *call = hidden.body or [ast.Pass()]
    # In a function, since its names must not replace those of a student's helpers.
    if getattr(function, "name", "") != "hidden_tests" or [ast.unparse(line) for line in call] != [
        "hidden_tests()"
    ]:
        problems.append(f"{grade_id}: the hidden part is not the function hidden_tests, called")
    if f"fresh_rng('{grade_id}')" not in ast.unparse(hidden):
        problems.append(f"{grade_id}: no fresh inputs of its own")
    name = grade_id.split("-")[0]
    if name not in called_names(hidden) and f"given.timed({name}," not in ast.unparse(hidden):
        problems.append(f"{grade_id}: the hidden part does not call the function")
    return problems


def called_names(tree: ast.AST) -> set[str]:
    """Return the names of the functions that some code calls."""
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {function.id for function in calls if isinstance(function, ast.Name)}


def helper_problems(notebook: NotebookNode) -> list[str]:
    """Find helpers of hidden tests that have one name and different bodies."""
    bodies: dict[str, set[str]] = {}
    for cell in filter(is_test, notebook.cells):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.FunctionDef) and node.name != "hidden_tests":
                bodies.setdefault(node.name, set()).add(ast.unparse(node))
    return [f"{name} differs from cell to cell" for name, kinds in bodies.items() if len(kinds) > 1]


# ---------------------------------------------------------------------------- misconceptions


def _declared(path: Path) -> tuple[dict[str, Exercise], list[str]]:
    """Return the exercises that a master's misconceptions.py declares, or why it cannot be read."""
    declared = (path.parent / FILE).read_text(encoding="utf-8")
    try:
        return read_exercises(declared, path.parent, all_tests(path)), []
    except DeclarationError as error:
        return {}, [str(error)]


def _with_shapes(declared: Mapping[str, Exercise]) -> set[str]:
    """Return the functions that take or return arrays, by the cases of their probes."""
    return WITHOUT_MISCONCEPTIONS | {
        name
        for name, exercise in declared.items()
        if _has_axes([[case.args, case.kwargs] for _, case in exercise.probe])
        or _has_axes([outcome.result for outcome in exercise.right])
    }


def _has_axes(value: Any) -> bool:
    """Whether a value is an array with a shape to tell, or holds one."""
    if isinstance(value, Mapping):
        return _has_axes(list(value.values()))
    if isinstance(value, tuple | list):
        return any(map(_has_axes, value))
    return isinstance(value, np.ndarray) and value.ndim > 0


def _declaration_problems(path: Path, declared: Mapping[str, Exercise]) -> list[str]:
    """Find exercises of a master that its misconceptions.py does not declare."""
    functions = {grade_id.partition("-")[0] for grade_id in all_tests(path)}
    missing = functions - set(declared) - WITHOUT_MISCONCEPTIONS
    return [f"{name}: no misconceptions are declared" for name in sorted(missing)]


def misconception_problems(exercise: Exercise, behaviours: set[str], solution: str) -> list[str]:
    """Find what is wrong with the misconceptions of one function.

    Parameters
    ----------
    exercise : Exercise
    behaviours : set of str
        Those that the function's test cells check.
    solution : str
        The master's solution cell.
    """
    name = exercise.declared.name
    exercise.check()
    problems = _written_problems(exercise, behaviours, solution)
    if any(outcome.raised for outcome in exercise.right):
        return problems
    return problems + [f"{name}{problem}" for problem in inconsistencies_of(exercise)]


@with_cures
def _written_problems(exercise: Exercise, behaviours: set[str], solution: str) -> list[str]:
    """Find what is wrong with the probe and with the sentences."""
    name = exercise.declared.name
    problems = [f"{name}: {problem}" for problem in _probe_problems(exercise, behaviours, solution)]
    for edit in exercise.declared.edits:
        for line in solution.splitlines():
            if len(line.strip()) > 8 and line.strip() in edit.sentence:
                problems.append(f"{name}, {edit.name}: the sentence holds a line of the solution")
    names = [edit.name for edit in exercise.declared.edits]
    sentences = [edit.sentence for edit in exercise.declared.edits]
    if len(set(names)) < len(names) or len(set(sentences)) < len(sentences):
        problems.append(f"{name}: two misconceptions have one name or one sentence")
    return problems


def _probe_problems(exercise: Exercise, behaviours: set[str], solution: str) -> list[str]:
    """Find what a probe must not be."""
    problems = []
    probed = {behaviour for behaviour, _ in exercise.probe} - {APART}
    if missing := sorted(behaviours - probed):
        problems.append(f"the probe has no case of {', '.join(missing)}")
    if unknown := sorted(probed - behaviours):
        problems.append(f"the probe has cases of {', '.join(unknown)}, and no test cell has")
    if stopped := [outcome.raised for outcome in exercise.right if outcome.raised]:
        return [*problems, f"the reference stops with an error: {stopped[0]}"]
    worked = exercise.function(solution)
    if not all_same(
        [outcome_of(worked, *case.copy()) for _, case in exercise.probe], exercise.right
    ):
        problems.append("the reference and the solution differ")
    for style in exercise.declared.styles:
        variant = Variant(exercise, (), style)
        if not all_same(variant.outcomes, exercise.right):
            problems.append(f"the style {style.changes[0][1]!r} is not right")
    return problems


# ------------------------------------------------------------------------- the student version


@with_cures
def release_problems(release: Path, rebuilt: Path) -> list[str]:
    """Find how a committed release differs from a rebuilt one, and what it must not hold."""
    problems = []
    here, there = files_below(release), files_below(rebuilt)
    for name in sorted(here ^ there):
        problems.append(f"{name} is in one of the committed and the rebuilt release only")
    for name in sorted(here & there):
        if not filecmp.cmp(release / name, rebuilt / name, shallow=False):
            problems.append(f"{name} is not what make build makes")
    for name in sorted(here):
        if not ALLOWED_FILES.fullmatch(name):
            problems.append(f"{name} is not on the list of files that students get")
        text = (release / name).read_bytes()
        for mark in (b"BEGIN SOLUTION", b"BEGIN HIDDEN", b"proctor"):
            if mark in text:
                problems.append(f"{name} holds {mark.decode()!r}")
    return problems + _package_problems(release)


@with_cures
def file_problems(edition: Path, source: Path) -> list[str]:
    """Find files of an edition that students should not get, or not so, and files that it lacks."""
    problems = []
    here, there = files_below(edition), files_below(source) - {FILE}
    for name in sorted(here - there):
        problems.append(f"{name} is none of the files that students get")
    for name in sorted(there - here):
        problems.append(f"{name} is missing")
    for name in sorted(here):
        path = edition / name
        if not ALLOWED_FILES.fullmatch(name):
            problems.append(f"{name} is not on the list of files that students get")
        if path.is_symlink():
            problems.append(f"{name} is a link")
        elif name not in there or path.suffix == ".ipynb":
            continue
        elif path.read_bytes() != (source / name).read_bytes():
            problems.append(f"{name} is not that of the master")
    return problems


def _package_problems(release: Path) -> list[str]:
    """Find imports of packages that are not on the students' list."""
    sources = [path.read_text(encoding="utf-8") for path in release.glob("*.py")]
    for path in release.glob("*.ipynb"):
        sources += [cell.source for cell in read(path).cells if cell.cell_type == "code"]
    own = {path.stem for path in release.glob("*.py")}
    imported = set().union(*(_imports(source) for source in sources))
    return [
        f"the release imports {name}, which is not on the students' list"
        for name in sorted(imported - own - STUDENT_PACKAGES - set(sys.stdlib_module_names))
    ]


@with_cures
def solution_problems(release: Path, master: Path) -> list[str]:
    """Find lines of a master's solutions in its release."""
    released = {cell.metadata.nbgrader.grade_id: cell.source for cell in _solutions(release)}
    problems = []
    for cell in _solutions(master):
        name = cell.metadata.nbgrader.grade_id
        if is_manual(cell):
            if released[name].strip() != "YOUR ANSWER HERE":
                problems.append(f"{name}: the release does not ask for an answer")
            continue
        body = cell.source.split("### BEGIN SOLUTION")[1].split("### END SOLUTION")[0]
        for line in body.splitlines():
            if len(line.strip()) > 3 and line in released[name].splitlines():
                problems.append(f"{name}: the release holds a line of the solution: {line!r}")
        if "raise NotImplementedError()" not in released[name]:
            problems.append(f"{name}: the release does not raise NotImplementedError")
    return problems


def _solutions(path: Path) -> list[NotebookNode]:
    return [cell for cell in read(path).cells if is_solution(cell)]


# --------------------------------------------------------------------------- the worked edition


@with_cures
def worked_problems(worked: Path, master: Path, rebuilt: Path) -> list[str]:
    """Find where a worked edition is not its master, executed, without hidden tests and marks."""
    expected, _ = ClearHiddenTests().preprocess(read(master), {})
    expected, _ = FoldAnswers().preprocess(expected, {})
    problems = []
    cells = read(worked).cells
    if [cell.source for cell in cells] != [cell.source for cell in expected.cells]:
        problems.append("cell sources are not those of the master without hidden tests and marks")
    if [_is_folded(cell) for cell in cells] != [_is_folded(cell) for cell in expected.cells]:
        problems.append("other answers are folded than those of predictions")
    if [_shown(cell) for cell in cells] != [_shown(cell) for cell in read(rebuilt).cells]:
        problems.append("outputs are not those that make build makes")
    for count, cell in enumerate((cell for cell in cells if cell.cell_type == "code"), start=1):
        if cell.execution_count != count:
            problems.append(f"not executed in order: {cell.source[:40]!r}")
        for output in cell.outputs:
            if output.output_type == "error" or output.get("name") == "stderr":
                problems.append(f"an error or a warning in the output of {cell.source[:40]!r}")
            if "image/png" in output.get("data", {}) and len(_alternative(output)) < 40:
                problems.append(f"a figure without a text alternative: {cell.source[:40]!r}")
            if re.search(r"0x[0-9a-f]{6,}", f"{output.get('text')}{_texts(output)}"):
                problems.append(f"a memory address in the output of {cell.source[:40]!r}")
    return problems


def _alternative(figure: NotebookNode) -> str:
    """Return the text alternative of a figure, if it stands wherever it is looked for.

    JupyterLab and nbconvert look into the HTML, others into the metadata.
    """
    alt: str = figure.get("metadata", {}).get("image/png", {}).get("alt", "")
    page = figure.data.get("text/html", "")
    return alt if page.startswith(f'<img alt="{html.escape(alt)}" ') else ""


def _texts(output: NotebookNode) -> dict[str, str]:
    """Return what an output shows, but no pixels."""
    return {
        kind: re.sub(r"(?<=;base64,)[\w+/=]+", "", f"{text}")
        for kind, text in output.get("data", {}).items()
        if not kind.startswith("image/")
    }


def _is_folded(cell: NotebookNode) -> bool:
    """Whether JupyterLab hides a cell's outputs until the reader asks for them."""
    return bool(cell.metadata.get("jupyter", {}).get("outputs_hidden"))


def _shown(cell: NotebookNode) -> list[tuple[str, str, list[str]]]:
    """Return what a cell shows, but no pixels and no times: these depend on the machine."""
    if TIMED in cell.metadata.get("tags", []):
        return []
    shown = []
    # What one cell prints comes from some kernels in several pieces.
    cell, _ = CoalesceStreamsPreprocessor().preprocess_cell(copy.deepcopy(cell), {}, 0)
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        text = f"{output.get('text')}{_texts(output)}{output.get('metadata')}"
        shown.append((output.output_type, text, sorted(data)))
    return shown


# ------------------------------------------------------------------------------------- grading


def failed_tests(notebook: Path, kernel: str | None = None) -> set[str]:
    """Run a notebook as nbgrader's Validate button does and return the test cells that fail."""
    validator = Validator()
    # Its own limits are short for a busy machine.
    validator.config.Execute.timeout, validator.config.Execute.iopub_timeout = 600, 120
    if kernel:
        validator.config.Execute.kernel_name = kernel
    results = validator.validate(str(notebook))
    if unexpected := set(results) - {"failed"}:
        raise AssertionError(f"nbgrader finds locked cells changed: {unexpected}")
    sources = {cell["source"] for cell in results.get("failed", [])}
    tests = [cell for cell in read(notebook).cells if is_test(cell)]
    return {cell.metadata.nbgrader.grade_id for cell in tests if cell.source.strip() in sources}


def all_tests(notebook: Path) -> set[str]:
    """Return the grade_id of each test cell."""
    return {cell.metadata.nbgrader.grade_id for cell in read(notebook).cells if is_test(cell)}
