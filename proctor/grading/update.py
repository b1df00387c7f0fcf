"""Take a changed master into release and gradebook, while a class is at it.

``nbgrader generate_assignment --force`` refuses to add or remove a cell once anybody has been
graded, and by then has deleted the release. Here nbgrader generates into a scratch folder, with a
scratch gradebook. What it recorded there goes into the course's gradebook in one transaction, and
the files into the release one by one, so that there is a release at any instant.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from glob import escape
from pathlib import Path
from typing import Any

from nbgrader.api import (
    Assignment,
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    Notebook,
    SolutionCell,
    SourceCell,
    TaskCell,
)
from nbgrader.apps import NbGrader
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import delete

from ..lesson.read import LessonError, lesson_folders, read_cells
from ..sandbox.host.folders import LockedFolder
from .lock import alone_with
from .staging import DIGEST_FILE, OUT_OF_DATE, seal

NO_MASTER = "{folder} does not exist: there is no lesson {name!r} to update from."
NOT_GENERATED = (
    "nbgrader cannot generate {name!r}; see the log above. Release and gradebook are as before."
)
OTHER_NOTEBOOKS = (
    "The notebooks of {name!r} are now {now}, and students have handed in {before}. proctor can "
    "change the cells of a notebook, but not its name: give it its old name back."
)
# Of each kind of cell, what nbgrader records of it beside its name.
RECORDED: dict[Any, tuple[str, ...]] = {
    SourceCell: ("cell_type", "locked", "source", "checksum"),
    GradeCell: ("max_score", "cell_type"),
    SolutionCell: (),
    TaskCell: ("max_score", "cell_type"),
}


@dataclass
class Changes:
    """Names of the cells, and of files of the release, that an update has changed."""

    added: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)

    def lines(self) -> list[str]:
        """Return them, a line a kind."""
        return [
            f"{kind}: {', '.join(sorted(names))}" for kind, names in vars(self).items() if names
        ]


def update_lesson(course: NbGrader, name: str) -> Changes:
    """Take a lesson's master as it is now into release and gradebook.

    Grades and comments of cells that stay are kept. Those of removed cells go with them.

    Raises
    ------
    LessonError
        If that cannot be done; then nothing has changed.
    """
    folders: CourseDirectory = course.coursedir
    source, release = lesson_folders(course, name)
    if not source.is_dir():
        raise LessonError(NO_MASTER.format(folder=source, name=name))
    for master in source.glob("*.ipynb"):
        read_cells(master)  # before nbgrader hands out what is not meant for students
    release.parent.mkdir(parents=True, exist_ok=True)
    autograded = Path(folders.root, folders.autograded_directory)
    with alone_with(autograded, name), LockedFolder(release.parent, ".update-") as scratch:
        generated = generate(course, name, scratch.path)
        database = f"sqlite:///{scratch.path}/gradebook.db"
        with (
            Gradebook(database, folders.course_id) as new,
            Gradebook(folders.db_url, folders.course_id) as gradebook,
        ):
            graded = [path.parent for path in autograded.glob(f"*/{escape(name)}/{DIGEST_FILE}")]
            changes = record(gradebook, new.find_assignment(name), graded)
        changes.changed |= put_in_place(generated, release)
    return changes


def generate(course: NbGrader, name: str, scratch: Path) -> Path:
    """Have nbgrader generate a lesson into a scratch folder; return its release."""
    folders = course.coursedir
    elsewhere = CourseDirectory(
        parent=course,
        root=folders.root,
        # As it is: nbgrader makes a regular expression of it, and escapes the root alone.
        source_directory=folders.source_directory,
        release_directory=str(scratch / "release"),
        db_url=f"sqlite:///{scratch}/gradebook.db",
        assignment_id=name,
    )
    try:
        GenerateAssignment(parent=course, coursedir=elsewhere).start()
    except (NbGraderException, SystemExit) as error:
        raise LessonError(NOT_GENERATED.format(name=name)) from error
    return Path(elsewhere.format_path(elsewhere.release_directory, ".", name))


def record(gradebook: Gradebook, new: Assignment, graded: list[Path]) -> Changes:
    """Make the gradebook's cells of a lesson those of `new`, all or none.

    Parameters
    ----------
    gradebook : Gradebook
    new : Assignment
    graded : list of Path
        The graded folders, which are made anew if cells came or went.

    Raises
    ------
    LessonError
        If somebody has handed in other notebooks.
    """
    changes = Changes()
    assignment = gradebook.update_or_create_assignment(new.name)
    known = {notebook.name: notebook for notebook in assignment.notebooks}
    wanted = {notebook.name: notebook for notebook in new.notebooks}
    if assignment.submissions and known.keys() != wanted.keys():
        now, before = (", ".join(sorted(names)) for names in (wanted, known))
        raise LessonError(OTHER_NOTEBOOKS.format(name=new.name, now=now, before=before))
    for name in known.keys() - wanted.keys():
        gradebook.remove_notebook(name, new.name)
    for name in wanted.keys() - known.keys():
        known[name] = gradebook.add_notebook(name, new.name)
    try:
        for name, notebook in wanted.items():
            known[name].kernelspec = notebook.kernelspec
            for kind in RECORDED:
                record_cells(gradebook.db, known[name], notebook, kind, changes)
        if changes.added or changes.removed:
            for folder in graded:
                seal(folder, OUT_OF_DATE)
        gradebook.db.commit()
    except BaseException:
        gradebook.db.rollback()
        raise
    return changes


def record_cells(db: Any, notebook: Notebook, new: Notebook, kind: Any, changes: Changes) -> None:
    """Make a notebook's cells of one kind those of `new`."""
    before, now = (
        {
            cell.name: cell
            for cell in [*of.source_cells, *of.grade_cells, *of.solution_cells, *of.task_cells]
            if type(cell) is kind
        }
        for of in (notebook, new)
    )
    for name in before.keys() - now.keys():
        changes.removed.add(name)
        for entries in (Grade, Comment):
            db.execute(delete(entries).where(entries.cell_id == before[name].id))
        db.delete(before[name])
    for name, cell in now.items():
        values = {key: getattr(cell, key) for key in RECORDED[kind]}
        if name not in before:
            changes.added.add(name)
            added = kind(name=name, notebook_id=notebook.id, **values)
            db.add(added)
            db.flush()
            add_entries(db, notebook, added)
        elif values != {key: getattr(before[name], key) for key in values}:
            changes.changed.add(name)
            for key, value in values.items():
                setattr(before[name], key, value)
    # A cell whose kind changed is one that changed.
    both = changes.added & changes.removed
    changes.added -= both
    changes.removed -= both
    changes.changed |= both


def add_entries(db: Any, notebook: Notebook, cell: Any) -> None:
    """Give everybody who has handed in the entries of a new cell, as nbgrader expects them."""
    kinds = [(Grade, (GradeCell, TaskCell)), (Comment, (SolutionCell, TaskCell))]
    for entries, of in kinds:
        if isinstance(cell, of):
            submitted = notebook.submissions
            db.add_all([entries(cell_id=cell.id, notebook_id=one.id) for one in submitted])


def put_in_place(generated: Path, release: Path) -> set[str]:
    """Make a release the generated one, file by file; return the names of those that changed."""
    changed = set()
    new = {path.relative_to(generated): path for path in generated.rglob("*") if path.is_file()}
    for name, path in new.items():
        target = release / name
        if not target.is_file() or target.read_bytes() != path.read_bytes():
            changed.add(str(name))
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
    for target in list(release.rglob("*")):
        if not target.is_dir() and target.relative_to(release) not in new:
            changed.add(str(target.relative_to(release)))
            target.unlink()
    return changed
