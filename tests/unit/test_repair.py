"""Notebooks whose graded cells are not as they were handed out."""

from __future__ import annotations

import base64
import re
import struct
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, unquote

import nbformat
import pytest
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.utils import determine_grade

from proctor.lesson import Lesson
from proctor.lesson.read import graded_cells, master_order, other_texts, read_cells
from proctor.submission.answers import LOOK_ELSEWHERE
from proctor.submission.repair import (
    ADDED,
    ELSEWHERE,
    LOOK,
    MERGED,
    MISSING,
    PARTS,
    SOLVED,
    UNREADABLE,
    repaired_cells,
)
from proctor.submission.repair import ANSWER as ANSWER_NOTE
from tests.support.notebooks import LESSON, NAME, cell

TRAINING = "04_training"
REPORT = "experiment-report"
ANSWER = "I expected that padding helps, since strokes stand at the border.\n\nIt did: 0.1 to 0.2."


def make_lesson(course: Path, name: str) -> Lesson:
    """Return what a repair must know of a lesson."""
    (master,) = (course / "source" / name).glob("*.ipynb")
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        entry = gradebook.find_notebook(master.stem, name)
        masters = read_cells(master)
        cells = graded_cells(entry, master_order(masters))
    return Lesson(name, master.name, cells, {}, texts=other_texts(masters))


def test_a_sound_notebook_needs_no_repair(built_course: Path) -> None:
    release = nbformat.read(built_course / "release" / LESSON / NAME, as_version=4)
    known = make_lesson(built_course, LESSON).cells
    cells, notes = repaired_cells(release.cells, known)
    assert notes == []
    assert [entry.id for entry in cells] == [entry.id for entry in release.cells]
    for stripped in release.cells:
        stripped.metadata = {}
    release.cells.reverse()
    once, notes = repaired_cells(release.cells, known)
    assert notes != []
    twice, notes = repaired_cells(once, known)
    assert notes == []
    assert twice == once
    twice[0].source = None
    assert len(repaired_cells(twice, known)[0]) == len(once)


def test_a_missing_test_is_restored_below_the_helpers_that_the_others_need(
    built_course: Path,
) -> None:
    notebook = nbformat.read(built_course / "release" / LESSON / NAME, as_version=4)
    helper = nbformat.v4.new_code_cell("def corner(h, w):\n    return h, w")
    notebook.cells.insert(notebook.cells.index(cell(notebook, "conv_forward-stride")), helper)
    notebook.cells.remove(cell(notebook, "conv_forward-filters"))
    cells, notes = repaired_cells(notebook.cells, make_lesson(built_course, LESSON).cells)
    assert notes == [MISSING.format(names="conv_forward-filters")]
    names = [c.metadata.get("nbgrader", {}).get("grade_id", c.source) for c in cells]
    assert names.index(helper.source) < names.index("conv_forward-filters")
    assert names.index("conv_forward-filters") < names.index("conv_forward-stride")


def test_one_moved_test_takes_no_missing_one_along(built_course: Path) -> None:
    notebook = nbformat.read(built_course / "release" / LESSON / NAME, as_version=4)
    moved = cell(notebook, "zero_pad-border")
    notebook.cells.remove(moved)
    notebook.cells.append(moved)
    notebook.cells.remove(cell(notebook, "zero_pad-shape"))
    cells, _ = repaired_cells(notebook.cells, make_lesson(built_course, LESSON).cells)
    names = [c.metadata.get("nbgrader", {}).get("grade_id") for c in cells]
    assert names.index("zero_pad-shape") < names.index("zero_pad-reference")


@pytest.mark.parametrize("into", ["zero_pad", "conv_forward"])
def test_a_function_in_another_exercises_cell_gets_no_stub(into: str, built_course: Path) -> None:
    notebook = nbformat.read(built_course / "release" / LESSON / NAME, as_version=4)
    merged = cell(notebook, "conv_single_step")
    cell(notebook, into).source += "\n\n" + merged.source
    notebook.cells.remove(merged)
    cells, notes = repaired_cells(notebook.cells, make_lesson(built_course, LESSON).cells)
    assert notes[0] == MERGED.format(names="conv_single_step")
    assert len(notes) == 1 + (into == "conv_forward")  # whose cell is below the tests
    names = [c.metadata.get("nbgrader", {}).get("grade_id") for c in cells]
    own = cells[names.index("conv_single_step")]
    assert own.source == ELSEWHERE.format(name="conv_single_step")
    tests = [names.index(f"conv_single_step-{what}") for what in ("product_sum", "reference")]
    assert min(tests) > names.index(into)


SOLUTION = "def conv_single_step(a_slice_prev, W, b):\n    return np.sum(a_slice_prev * W) + b"


@pytest.mark.parametrize("where", ["copy above", "own cell above", "another exercise", "below"])
def test_a_stub_takes_nothing_from_a_solution(where: str, built_course: Path) -> None:
    """Whoever pastes answers into a fresh copy of the notebook leaves its cells behind."""
    notebook = nbformat.read(built_course / "release" / LESSON / NAME, as_version=4)
    lesson = make_lesson(built_course, LESSON)
    stub = cell(notebook, "conv_single_step")
    place = notebook.cells.index(stub)
    pasted = nbformat.v4.new_code_cell(SOLUTION)
    if where == "copy above":
        pasted.metadata = stub.metadata
    if where == "another exercise":
        cell(notebook, "zero_pad").source += f"\n\n\n{SOLUTION}"
    else:
        notebook.cells.insert(place + (2 if where == "below" else 0), pasted)
    cells, notes = repaired_cells(notebook.cells, lesson.cells, lesson.texts)
    assert SOLVED.format(names="conv_single_step") in notes
    assert not any(c.source == stub.source for c in cells)
    (defining,) = (n for n, c in enumerate(cells) if SOLUTION in c.source)
    names = [c.metadata.get("nbgrader", {}).get("grade_id") for c in cells]
    assert defining < names.index("conv_single_step-product_sum")
    assert names.count("conv_single_step") == 1


def test_what_the_lesson_defines_itself_is_nobodys_solution(built_course: Path) -> None:
    notebook = nbformat.read(built_course / "release" / LESSON / NAME, as_version=4)
    lesson = make_lesson(built_course, LESSON)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(SOLUTION))
    _, notes = repaired_cells(notebook.cells, lesson.cells, [*lesson.texts, SOLUTION])
    assert notes == []


def test_what_is_no_code_of_an_exercise_is_no_merged_one(built_course: Path) -> None:
    notebook = nbformat.read(built_course / "release" / LESSON / NAME, as_version=4)
    own = cell(notebook, "zero_pad")
    notebook.cells.remove(own)
    cell(notebook, "zero_pad-shape").source += "\n\ndef zero_pad(X, pad):\n    return X ("
    cells, notes = repaired_cells(notebook.cells, make_lesson(built_course, LESSON).cells)
    assert notes == [UNREADABLE.format(names="zero_pad-shape"), MISSING.format(names="zero_pad")]
    (stub,) = (c for c in cells if c.metadata.get("nbgrader", {}).get("grade_id") == "zero_pad")
    assert stub.source == own.source


def test_a_word_in_code_is_no_answer_in_words(built_course: Path) -> None:
    notebook, lesson = written(built_course)
    notebook.cells.remove(cell(notebook, REPORT))
    answers = [replace(c, name="reason") if c.name == REPORT else c for c in lesson.cells]
    cell(notebook, "experiment").source = "reason = {}"
    _, notes = repaired_cells(notebook.cells, answers, lesson.texts)
    assert MISSING.format(names="reason") in notes
    assert not any("another exercise" in note for note in notes)


def written(built_course: Path) -> tuple[NotebookNode, Lesson]:
    """Return the release of the lesson with an answer in words, and that lesson."""
    lesson = make_lesson(built_course, TRAINING)
    notebook = nbformat.read(built_course / "release" / TRAINING / lesson.notebook, as_version=4)
    cell(notebook, REPORT).source = ANSWER
    return notebook, lesson


def repaired_answer(notebook: NotebookNode, lesson: Lesson) -> tuple[NotebookNode, str]:
    """Return the answer's cell after a repair, and the notes."""
    cells, notes = repaired_cells(notebook.cells, lesson.cells, lesson.texts)
    (found,) = (c for c in cells if c.metadata.get("nbgrader", {}).get("grade_id") == REPORT)
    return found, "\n".join(notes)


def move_answer(notebook: NotebookNode, place: int, cell_type: str = "markdown") -> None:
    """Take the answer's text out of its cell and put it into a new one, so many cells below."""
    answer = cell(notebook, REPORT)
    answer.source = "YOUR ANSWER HERE"
    make = getattr(nbformat.v4, f"new_{cell_type}_cell")
    notebook.cells.insert(notebook.cells.index(answer) + place, make(ANSWER))


def lose_metadata(notebook: NotebookNode) -> None:
    cell(notebook, REPORT).metadata = {}


def lose_all_metadata(notebook: NotebookNode) -> None:
    for stripped in notebook.cells:
        stripped.metadata = {}


def lose_metadata_and_type(notebook: NotebookNode) -> None:
    answer = cell(notebook, REPORT)
    answer.metadata, answer.cell_type = {}, "raw"


def write_below(notebook: NotebookNode) -> None:
    move_answer(notebook, 1)


def write_above(notebook: NotebookNode) -> None:
    move_answer(notebook, 0)


def write_into_the_exercise(notebook: NotebookNode) -> None:
    answer = cell(notebook, REPORT)
    answer.source = "YOUR ANSWER HERE"
    notebook.cells[notebook.cells.index(answer) - 1].source += f"\n\n{ANSWER}"


def write_in_two_cells(notebook: NotebookNode) -> None:
    move_answer(notebook, 1)
    place = notebook.cells.index(cell(notebook, REPORT)) + 1
    first, second = (nbformat.v4.new_markdown_cell(part) for part in ANSWER.split("\n\n"))
    notebook.cells[place : place + 1] = [first, second]


@pytest.mark.parametrize(
    "change",
    [
        lose_metadata,
        lose_all_metadata,
        lose_metadata_and_type,
        write_below,
        write_above,
        write_into_the_exercise,
        write_in_two_cells,
    ],
)
def test_an_answer_is_found(change: Callable[[NotebookNode], None], built_course: Path) -> None:
    notebook, lesson = written(built_course)
    change(notebook)
    answer, notes = repaired_answer(notebook, lesson)
    assert answer.source.endswith(ANSWER)
    assert answer.cell_type == "markdown"
    assert ANSWER_NOTE.format(names=REPORT) in notes
    assert determine_grade(answer)[0] is None  # until a person has read it


def test_an_answer_that_was_split_is_put_together(built_course: Path) -> None:
    notebook, lesson = written(built_course)
    answer = cell(notebook, REPORT)
    copy = nbformat.from_dict(answer)
    answer.source, copy.source = ANSWER.split("\n\n")
    notebook.cells.insert(notebook.cells.index(answer) + 1, copy)
    found, notes = repaired_answer(notebook, lesson)
    assert found.source == ANSWER
    assert notes == PARTS.format(names=REPORT)


def write_at_the_top(notebook: NotebookNode) -> None:
    move_answer(notebook, -5)
    notebook.cells.insert(1, notebook.cells.pop(notebook.cells.index(cell(notebook, REPORT)) - 6))
    assert ANSWER not in cell(notebook, REPORT).source


def write_as_code(notebook: NotebookNode) -> None:
    move_answer(notebook, 1, "code")


@pytest.mark.parametrize("change", [write_at_the_top, write_as_code])
def test_an_answer_that_may_stand_elsewhere_is_to_be_looked_at(
    change: Callable[[NotebookNode], None], built_course: Path
) -> None:
    notebook, lesson = written(built_course)
    change(notebook)
    answer, notes = repaired_answer(notebook, lesson)
    assert notes == LOOK.format(names=REPORT)
    assert LOOK_ELSEWHERE in answer.source
    assert determine_grade(answer)[0] is None


def test_an_answer_that_is_nowhere_earns_nothing(built_course: Path) -> None:
    notebook, lesson = written(built_course)
    cell(notebook, REPORT).source = "YOUR ANSWER HERE"
    answer, notes = repaired_answer(notebook, lesson)
    assert notes == ""
    assert determine_grade(answer) == (0, 3)


HOSTILE = [
    "-" * 50_000 + "1",
    "(" * 50_000,
    "1" + "+1" * 25_000,
    "a" + ".a" * 25_000,
    "x = 1\0",
    "%x\n" * 15_000,
    "import math\n" + "#" * 200_000,
]


@pytest.mark.parametrize("source", HOSTILE, ids=lambda source: source[:12])
def test_code_that_cannot_be_read_is_named(source: str, built_course: Path) -> None:
    lesson = make_lesson(built_course, LESSON)
    release = nbformat.read(built_course / "release" / LESSON / NAME, as_version=4)
    cell(release, "zero_pad-shape").source += f"\n{source}"
    cells, notes = repaired_cells(release.cells, lesson.cells)
    if source.startswith("%"):  # a magic that may be one
        assert notes == [ADDED.format(names="zero_pad-shape")]
    else:
        assert notes == [UNREADABLE.format(names="zero_pad-shape")]
        assert len(cells) == len(release.cells)


def a_png(width: int, more: int = 0) -> str:
    """Return a picture of one line, and of some bytes more, as an attachment has it."""
    chunks = [(b"IHDR", struct.pack(">II", width, 1)), (b"tEXt", bytes(more)), (b"IEND", b"")]
    parts = [struct.pack(">I4s", len(data), kind) + data + bytes(4) for kind, data in chunks]
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(parts)).decode()


@pytest.mark.parametrize(
    "names", [("a.png", "b.png"), ("image.png", "image.png"), ("a b.png", "a b.png")]
)
def test_pictures_of_an_answer_in_two_cells_stay_with_it(
    names: tuple[str, str], built_course: Path
) -> None:
    notebook, lesson = written(built_course)
    write_in_two_cells(notebook)
    place = next(n for n, c in enumerate(notebook.cells) if c.source == ANSWER.split("\n\n")[0])
    pictures = [a_png(1), a_png(2)]
    for part, name, data in zip(notebook.cells[place : place + 2], names, pictures, strict=True):
        part.attachments = {name: {"image/png": data}}
        part.source += f"\n\n![plot](attachment:{quote(name)})"
    answer, _ = repaired_answer(notebook, lesson)
    shown = re.findall(r"attachment:([^)]+)", answer.source)
    assert [answer.attachments[unquote(name)]["image/png"] for name in shown] == pictures


def test_a_picture_that_is_written_out_is_attached(built_course: Path) -> None:
    """As Colab does; what stands below it is read, however large it is."""
    notebook, lesson = written(built_course)
    large = a_png(1, 80_000)
    cell(notebook, REPORT).source = f"![plot](data:image/png;base64,{large})\n\nIt was larger."
    answer, _ = repaired_answer(notebook, lesson)
    assert answer.source == "![plot](attachment:pasted-1.png)\n\nIt was larger."
    assert answer.attachments == {"pasted-1.png": {"image/png": large}}


OLDER = ("imports", "zero_pad-shape")


def test_a_test_that_was_handed_out_before_is_nobodys_code(built_course: Path) -> None:
    release = nbformat.read(built_course / "release" / LESSON / NAME, as_version=4)
    known = [
        replace(graded, source=f"size = 1\n{graded.source.replace('import h5py', '')}")
        if graded.name in OLDER
        else graded
        for graded in make_lesson(built_course, LESSON).cells
    ]
    imports = cell(release, "imports").source
    for entry in release.cells:  # as they stand in a file
        entry.source = entry.source.splitlines(keepends=True)
    cells, notes = repaired_cells(release.cells, known)
    assert notes == []
    # What a cell gives that is no test, student code may need.
    added = [entry.source for entry in cells if entry.id == "imports-added"]
    assert added == [imports]
    assert len(cells) == len(release.cells) + 1
    # Nobody else's checksum fits what a student has changed.
    cell(release, "zero_pad-shape").source = "def mine():\n    pass"
    _, notes = repaired_cells(release.cells, known)
    assert notes == [ADDED.format(names="zero_pad-shape")]


def test_names_of_cells_are_a_line_and_few(built_course: Path) -> None:
    release = nbformat.read(built_course / "release" / LESSON / NAME, as_version=4)
    for number in range(30):
        odd = nbformat.v4.new_code_cell("1")
        odd.metadata.nbgrader = {"grade_id": f"{number}\nada: graded, 30 of 30 points"}
        release.cells.append(odd)
    _, (note,) = repaired_cells(release.cells, make_lesson(built_course, LESSON).cells)
    assert "\n" not in note
    assert note.endswith("and 20 more")


def test_long_runs_of_blanks_take_no_time(built_course: Path) -> None:
    known = make_lesson(built_course, LESSON).cells
    release = nbformat.read(built_course / "release" / LESSON / NAME, as_version=4)
    blanks = " " * 45_000
    cell(release, "zero_pad-shape").source = f")\n{blanks}={blanks}x"
    release.cells += [nbformat.v4.new_code_cell(" " * 9_600 + f"{n}") for n in range(200)]
    began = time.process_time()
    repaired_cells(release.cells, known)
    # It was a minute.
    assert time.process_time() - began < 5
