"""What is accepted as a submission."""

from __future__ import annotations

import copy
from pathlib import Path

import nbformat
import pytest
from nbgrader.utils import is_locked, is_solution

from proctor.lesson import GradedCell, Lesson
from proctor.submission.intake import UNTOUCHED, Intake, RefusedError
from tests.support.notebooks import LESSON, NAME, right_submission, save


def test_limits_are_settings(tmp_path: Path, built_course: Path) -> None:
    save(tmp_path, right_submission(built_course)[1])
    data = Intake().read_notebook_file(tmp_path / NAME)
    assert len(Intake().parse_notebook(NAME, data).cells) > 20
    with pytest.raises(RefusedError, match=r"the limit is 0[.]0 MB"):
        Intake(max_notebook_bytes=1000).read_notebook_file(tmp_path / NAME)
    with pytest.raises(RefusedError, match="the limit is 20:"):
        Intake(max_cells=20).parse_notebook(NAME, data)


def test_files_beside_the_notebook_have_limits(tmp_path: Path) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_raw_cell()])
    lesson = Lesson(LESSON, NAME, cells=(), files={}, ignore=(".*",))
    folder = tmp_path / "student" / LESSON
    folder.mkdir(parents=True)
    save(folder, notebook)
    for number in range(4):
        (folder / f"{number}.txt").write_bytes(b"x" * 100 * number)
    (folder / ".hidden").touch()

    few = Intake(max_files=2).take_in(folder, lesson)
    assert few.notes == [
        "left out: all but the first 2 files and folders, the limit set by Intake.max_files"
    ]
    assert few.remarks == few.notes
    small = Intake(max_files_bytes=350).take_in(folder, lesson)
    assert len(small.notes) == 1 and small.remarks == small.notes
    assert small.notes[0].startswith("left out: 3.txt is")
    assert {str(path) for path in small.files} == {"0.txt", "1.txt", "2.txt"}


def test_a_notebook_without_cells_is_asked_for_again(tmp_path: Path) -> None:
    save(tmp_path, nbformat.v4.new_notebook(cells=[]))
    with pytest.raises(RefusedError, match="without any cells: ask for it again"):
        Intake().take_in(tmp_path, Lesson(LESSON, NAME, cells=(), files={}))


@pytest.mark.parametrize("solved", [0, 2, 4])
@pytest.mark.parametrize("copied", [0, 2, 4])
def test_answers_in_a_copy_are_remarked_on(
    solved: int, copied: int, tmp_path: Path, built_course: Path
) -> None:
    release, right = right_submission(built_course)

    def with_answers(number: int) -> nbformat.NotebookNode:
        notebook, left = copy.deepcopy(release), number
        for own, answer in zip(notebook.cells, right.cells, strict=True):
            if is_solution(own) and left:
                own.source, left = answer.source, left - 1
        return notebook

    save(tmp_path, with_answers(solved))
    save(tmp_path, with_answers(copied), "convolutional_layer-Copy1.ipynb")
    save(tmp_path, nbformat.v4.new_notebook(), "empty.ipynb")
    (tmp_path / "scratch.ipynb").write_text("no notebook")
    stubs = [
        GradedCell(cell.metadata.nbgrader.grade_id, "code", cell.source, cell.metadata.nbgrader)
        for cell in release.cells
        if is_solution(cell) or is_locked(cell)
    ]
    taken = Intake().take_in(tmp_path, Lesson(LESSON, NAME, cells=tuple(stubs), files={}))
    if copied > solved:
        (remark,) = taken.remarks
        assert f"with {solved} exercises worked on, and convolutional_layer-Copy1.ipynb" in remark
        assert f"with {copied}, is not" in remark
    elif solved:
        assert taken.remarks == []
    else:
        assert taken.remarks == [UNTOUCHED.format(name=NAME)]
