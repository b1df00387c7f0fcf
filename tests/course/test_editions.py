"""Masters are sound, and both editions are what `make build` makes of them."""

from __future__ import annotations

import html
import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from nbgrader.api import Gradebook

from proctor.nbgrader_plugin import RefuseErrors
from tests.support import gates
from tests.support.commands import nbgrader
from tests.support.cures import cured, nothing_in
from tests.support.notebooks import cell, edit, replace
from tests.support.paths import LESSONS, MASTERS, ROOT, edition

pytestmark = pytest.mark.slow

# nbgrader's own limits are short for a busy machine.
PATIENT = "c = get_config()\nc.Execute.timeout = 600\nc.Execute.iopub_timeout = 120\n"
LESSON = ROOT / "source" / "01_convolutional_layer" / "convolutional_layer.ipynb"


@pytest.mark.parametrize("master", MASTERS, ids=lambda path: path.stem)
def test_master(master: Path) -> None:
    nothing_in(gates.master_problems(master))


@pytest.mark.parametrize("lesson", LESSONS)
def test_release_is_what_make_build_makes(lesson: str, built_course: Path) -> None:
    built = built_course / "release" / lesson
    nothing_in(gates.release_problems(ROOT / "release" / lesson, built))


@pytest.mark.parametrize("master", MASTERS, ids=lambda path: path.stem)
def test_release_holds_no_solution(master: Path) -> None:
    nothing_in(gates.solution_problems(edition("release", master), master))


@pytest.mark.parametrize("master", MASTERS, ids=lambda path: path.stem)
def test_worked_edition_under_stock_nbgrader(master: Path, tmp_path: Path) -> None:
    """Handed in where nothing but nbgrader is, it earns all points and shows the same."""
    lesson = master.parent.name
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(master.parent, tmp_path / "source" / lesson, ignore=ignored)
    (tmp_path / "nbgrader_config.py").write_text(PATIENT)
    nbgrader(tmp_path, "generate_assignment", lesson)
    submitted = tmp_path / "submitted" / "student" / lesson
    submitted.mkdir(parents=True)
    shutil.copy(edition("notebooks", master), submitted)
    nbgrader(tmp_path, "autograde", lesson)
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as gradebook:
        (notebook,) = gradebook.find_submission(lesson, "student").notebooks
        # Answers in words have no score yet.
        graded = [grade for grade in notebook.grades if grade.auto_score is not None]
        assert {grade.name for grade in graded} == gates.all_tests(master)
        assert [grade.name for grade in graded if grade.auto_score != grade.max_score] == []
    again = tmp_path / "autograded" / "student" / lesson / master.name
    nothing_in(gates.worked_problems(edition("notebooks", master), master, again))


@pytest.mark.parametrize("edition", ["release", "notebooks"])
@pytest.mark.parametrize("lesson", LESSONS)
def test_editions_have_the_files_for_students(lesson: str, edition: str) -> None:
    nothing_in(gates.file_problems(ROOT / edition / lesson, ROOT / "source" / lesson))


@pytest.mark.parametrize("master", MASTERS, ids=lambda path: path.stem)
def test_release_fails_each_test_when_validated(
    master: Path, lesson_copy: Callable[[Path], Path]
) -> None:
    release = edition("release", master)
    assert gates.failed_tests(lesson_copy(release)) == gates.all_tests(release)


# ------------------------------------------------------------------ each gate, broken once


def test_a_problem_needs_a_cure() -> None:
    assert cured("zero_pad: no cell checks it").startswith(
        "zero_pad: no cell checks it. Add a cell"
    )
    with pytest.raises(KeyError, match="no cure for: odd"):
        cured("odd")


def hints_of(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    """Return the cell above a solution cell, which ends with hints."""
    before: NotebookNode = notebook.cells[notebook.cells.index(cell(notebook, grade_id)) - 1]
    return before


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda nb: nb.cells[5].update(id=nb.cells[6].id), "cell ids are missing or doubled"),
        (lambda nb: nb.cells[2].update(execution_count=1), "holds outputs"),
        (lambda nb: cell(nb, "imports").metadata.clear(), "the locked cell `imports`"),
        (lambda nb: cell(nb, "zero_pad-border").metadata.nbgrader.pop("points"), "metadata"),
        (lambda nb: cell(nb, "zero_pad").update(
            source="def zero_pad(X, pad):\n    ### BEGIN SOLUTION\n    return X"),
         "the docstring tells no shape"),
        (replace("zero_pad", "def zero_pad", "def pad_zero"), "does not define zero_pad first"),
        (replace("zero_pad", "    ### BEGIN", "    import h5py\n    ### BEGIN"), "outside of"),
        (replace("zero_pad-shape", "zero_pad(", "np.pad("), "does not call zero_pad"),
        (replace("zero_pad-shape", "assert", "import os\nassert"), "imports something"),
        (replace("zero_pad-shape", "assert", "assert True\nassert"), "has no message"),
        (replace("zero_pad-shape", '"""Height', '1  # """Height'), "no docstring"),
        (replace("zero_pad-shape", "### END HIDDEN TESTS", "### END HIDDEN TESTS\n1"), "partial"),
        (replace("zero_pad-shape", "np.shape(result)", "__import__('os')"), "imports something"),
        (replace("zero_pad-shape", "hidden_tests()", "wrong_name()"), "is not the function"),
        (replace("zero_pad-shape", '"zero_pad-shape"', '"zero_pad-border"'), "no fresh inputs"),
        (replace("zero_pad-border", "hidden_tests()\n### END",
                 "hidden_tests()\ndef misconceptions():\n    pass\n### END"),
         "is not the function hidden_tests, called"),
        (replace("pool_forward-max", "axis=(4, 5)", "axis=(5, 4)"), "expected_A differs"),
        (replace("zero_pad", "### BEGIN SOLUTION", ""), "no solution is marked"),
        (lambda nb: cell(nb, "zero_pad-shape").metadata.nbgrader.update(locked=False),
         "not locked"),
        (lambda nb: cell(nb, "zero_pad-shape").metadata.nbgrader.update(points=0), "worth nothing"),
        (lambda nb: cell(nb, "zero_pad-shape").metadata.pop("jupyter"), "source is not folded"),
        (replace("zero_pad-shape", ", yours has", ", "
                 '"\n    f"yours has'), "longer than one line"),
        (lambda nb: nb.cells.remove(next(c for c in nb.cells if c.source == "check(zero_pad)")),
         "zero_pad: no cell checks it"),
        (lambda nb: hints_of(nb, "zero_pad").update(source="No hint."), "zero_pad: no two hints"),
        (lambda nb: nb.cells.append(nbformat.v4.new_markdown_cell("<img src='x.png'>")), "in HTML"),
        (lambda nb: cell(nb, "zero_pad-shape").update(
            source=gates.visible_part(cell(nb, "zero_pad-shape").source)), "no hidden test"),
        (lambda nb: cell(nb, "zero_pad-shape").metadata.nbgrader.update(grade_id="zero_pad"),
         "not of the form FUNCTION-BEHAVIOUR"),
        (lambda nb: nb.cells.append(nbformat.v4.new_markdown_cell("![short](images/step.png)")),
         "the text alternative says too little"),
        (lambda nb: nb.cells.append(nbformat.v4.new_markdown_cell("[on](../02/two.ipynb)")),
         "leads nowhere"),
    ],
)  # fmt: skip
def test_master_gate_can_fail(
    change: Callable[[NotebookNode], None],
    problem: str,
    lesson_copy: Callable[[Path], Path],
) -> None:
    master = lesson_copy(LESSON)
    edit(master, change)
    assert problem in "\n".join(gates.master_problems(master))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("    POOL_FORWARD,\n", "", "pool_forward: no misconceptions are declared"),
        (
            'old="batch = (0, 0)"',
            'old="batch = 0"',
            "misconceptions.py, zero_pad, batch_padded: neither the reference nor a style holds "
            "the old text 'batch = 0': copy it from the reference, with its spaces",
        ),
    ],
)
def test_master_gate_reads_misconceptions(
    old: str, new: str, problem: str, lesson_copy: Callable[[Path], Path]
) -> None:
    master = lesson_copy(LESSON)
    declared = master.with_name("misconceptions.py")
    assert old in declared.read_text(encoding="utf-8")
    declared.write_text(declared.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert cured(problem) in gates.master_problems(master)


def test_exercise_gate_counts_test_cells(lesson_copy: Callable[[Path], Path]) -> None:
    master = lesson_copy(LESSON)
    edit(master, lambda nb: nb.cells.remove(cell(nb, "zero_pad-shape")))
    edit(master, lambda nb: nb.cells.remove(cell(nb, "zero_pad-border")))
    edit(master, lambda nb: nb.cells.remove(cell(nb, "zero_pad-reference")))
    assert cured("zero_pad: 1 test cells instead of 2 to 5") in gates.master_problems(master)


@pytest.fixture
def release_pair(tmp_path: Path) -> tuple[Path, Path]:
    """Two equal copies of the first lesson's release."""
    committed = ROOT / "release" / LESSON.parent.name
    return (
        Path(shutil.copytree(committed, tmp_path / "committed")),
        Path(shutil.copytree(committed, tmp_path / "rebuilt")),
    )


def test_release_gate_sees_a_changed_byte(release_pair: tuple[Path, Path]) -> None:
    here, there = release_pair
    notebook = here / LESSON.name
    notebook.write_bytes(notebook.read_bytes().replace(b"border", b"Border", 1))
    problem = f"{LESSON.name} is not what make build makes"
    assert gates.release_problems(here, there) == [cured(problem)]


def test_release_gate_sees_files_that_do_not_belong(release_pair: tuple[Path, Path]) -> None:
    here, there = release_pair
    (here / "answers.txt").write_text("### BEGIN SOLUTION")
    assert gates.release_problems(here, there) == [
        cured(problem)
        for problem in (
            "answers.txt is in one of the committed and the rebuilt release only",
            "answers.txt is not on the list of files that students get",
            "answers.txt holds 'BEGIN SOLUTION'",
        )
    ]


def test_file_gate_sees_what_is_not_for_students(release_pair: tuple[Path, Path]) -> None:
    here, source = release_pair[0], LESSON.parent
    shutil.copy(source / "misconceptions.py", here)
    (here / "figures.py").unlink()
    (here / "figures.py").symlink_to(source / "figures.py")
    (here / "digits.h5").write_bytes(b"")
    (here / "images" / "step.png").unlink()
    assert gates.file_problems(here, source) == [
        cured(problem)
        for problem in (
            "misconceptions.py is none of the files that students get",
            "images/step.png is missing",
            "digits.h5 is not that of the master",
            "figures.py is a link",
            "misconceptions.py is not on the list of files that students get",
        )
    ]


def test_release_gate_sees_packages_that_students_lack(release_pair: tuple[Path, Path]) -> None:
    for folder in release_pair:
        edit(folder / LESSON.name, replace("imports", "import h5py", "import h5py, scipy"))
    problem = "the release imports scipy, which is not on the students' list"
    assert gates.release_problems(*release_pair) == [cured(problem)]


def test_solution_gate_sees_a_leaked_line(release_pair: tuple[Path, Path]) -> None:
    release = release_pair[0] / LESSON.name
    line = "    n_H = (n_H_prev - f) // stride + 1"
    edit(release, replace("pool_forward", "    raise NotImplementedError()", line))
    assert gates.solution_problems(release, LESSON) == [
        cured(problem)
        for problem in (
            f"pool_forward: the release holds a line of the solution: {line!r}",
            "pool_forward: the release does not raise NotImplementedError",
        )
    ]


def worked_copy(tmp_path: Path, change: Callable[[NotebookNode], None]) -> Path:
    """Return a changed copy of the first lesson's worked edition."""
    copy = tmp_path / LESSON.name
    shutil.copy(edition("notebooks", LESSON), copy)
    edit(copy, change)
    return copy


def first_figure(notebook: NotebookNode) -> NotebookNode:
    """Return the first output that is a figure."""
    outputs = (output for c in notebook.cells for output in c.get("outputs", []))
    figure: NotebookNode = next(one for one in outputs if "image/png" in one.get("data", {}))
    return figure


def first_prediction(notebook: NotebookNode) -> NotebookNode:
    """Return the first cell whose output the reader should predict."""
    before = next(n for n, c in enumerate(notebook.cells) if "then run" in c.source)
    cell: NotebookNode = notebook.cells[before + 1]
    return cell


def test_a_page_has_the_text_alternatives() -> None:
    worked = gates.read(edition("notebooks", LESSON))
    page = html.unescape(HTMLExporter().from_notebook_node(worked)[0])
    figures = [
        output.metadata["image/png"].alt
        for cell in worked.cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    assert len(figures) >= 5
    for alt in figures:
        assert page.count(f'<img alt="{alt}" src="data:image/png;base64,') == 1
    assert "No description" not in page


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (replace("zero_pad", "pad, pad", "pad, 0"), "cell sources are not those of the master"),
        (replace("zero_pad", "    # The", "    ### BEGIN SOLUTION\n    # The"), "and marks"),
        (lambda nb: first_prediction(nb).metadata.pop("jupyter"), "other answers are folded"),
        (lambda nb: cell(nb, "imports").update(execution_count=None), "not executed in order"),
        (lambda nb: cell(nb, "imports").outputs.append(
            nbformat.v4.new_output("stream", name="stderr", text="Warning")), "or a warning"),
        (lambda nb: first_figure(nb).data.pop("text/plain"), "outputs are not those"),
        (lambda nb: first_figure(nb).metadata["image/png"].pop("alt"), "without a text alt"),
        (lambda nb: first_figure(nb).data.update({"text/html": '<img src="data:">'}),
         "without a text alt"),
        (lambda nb: first_figure(nb).data.update({"text/plain": "<A at 0x7dd3a4170a30>"}),
         "a memory address"),
    ],
)  # fmt: skip
def test_worked_gate_can_fail(
    change: Callable[[NotebookNode], None], problem: str, tmp_path: Path
) -> None:
    copy, rebuilt = worked_copy(tmp_path, change), edition("notebooks", LESSON)
    assert problem in "\n".join(gates.worked_problems(copy, LESSON, rebuilt))


def test_a_worked_edition_that_stops_is_refused() -> None:
    notebook = nbformat.read(LESSON, as_version=4)
    failing = cell(notebook, "zero_pad")
    failing.outputs = [nbformat.v4.new_output("error", ename="NameError", evalue="no such name")]
    names = {"nbgrader": {"assignment": "01_a", "notebook": "a"}}
    with pytest.raises(SystemExit, match=r"^01_a/a.ipynb: .*`def zero_pad.* NameError: no such n"):
        RefuseErrors().preprocess(notebook, names)


def test_grading_gate_sees_a_wrong_solution(lesson_copy: Callable[[Path], Path]) -> None:
    master = lesson_copy(LESSON)
    edit(master, replace("pool_forward", "np.mean(a_slice_prev)", "np.sum(a_slice_prev)"))
    assert gates.failed_tests(master) == {"pool_forward-average", "pool_forward-reference"}
