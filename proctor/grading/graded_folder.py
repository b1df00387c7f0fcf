"""Make a graded folder as nbgrader's ``Autograde`` does, and move it to its place."""

from __future__ import annotations

import os
import shutil
from pathlib import Path, PurePath
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.apps import NbGrader
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearOutput,
    DeduplicateIds,
    Execute,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
)

from ..examine.execute import ExecuteSubmission
from ..submission.intake import LeaveOutLinks, Lesson, leave_out_unreadable
from ..submission.repair import RepairNotebook
from .staging import Staging

# What these do is done already when a submission comes here, or done for many at a time.
_DONE_ELSEWHERE = (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearOutput,
    DeduplicateIds,
    LeaveOutLinks,
    OverwriteCells,
    OverwriteKernelspec,
    RepairNotebook,
    SaveAutoGrades,
)
_RUNS_CELLS = (Execute, ExecuteSubmission)


class Publisher:
    """Makes the graded folders of one lesson.

    Preprocessors of the course's own, and its hooks, run as in nbgrader.

    Parameters
    ----------
    course : NbGrader
        The course, with its configuration.
    lesson : Lesson
    staging : Staging
    """

    def __init__(self, course: NbGrader, lesson: Lesson, staging: Staging) -> None:
        self._lesson = lesson
        self._staging = staging
        folders: CourseDirectory = course.coursedir
        self._root = Path(folders.root)
        self._autograded = folders.autograded_directory
        # As the course is, but graded folders stay here.
        self.converter = Autograde(
            parent=course,
            coursedir=CourseDirectory(
                parent=course,
                root=str(staging.path),
                source_directory=str(lesson.source.absolute()),
                release_directory=str((self._root / folders.release_directory).absolute()),
                submitted_directory="submitted",
                autograded_directory=str(staging.path / "autograded"),
                db_url=folders.db_url,
                assignment_id=lesson.name,
            ),
        )
        self._before, self._after = self._preprocessors()

    def sanitised(self, student: str, nb: NotebookNode) -> NotebookNode:
        """Return a repaired notebook as it is before its cells run."""
        if self._lesson.kernelspec:
            nb.metadata["kernelspec"] = self._lesson.kernelspec
        return self._processed(student, nb, self._before)

    def make_folder(
        self, student: str, nb: NotebookNode, files: dict[PurePath, bytes]
    ) -> NotebookNode:
        """Write a graded folder, which stays here, and return the notebook as it is there."""
        folder = self._folder(student)
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        for name in overwritten(self.converter, self._lesson):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(self._lesson.source / name, path)
        nb = self._processed(student, nb, self._after)
        text = nbformat.v4.writes(nb, indent=None)
        target = folder / self._lesson.notebook
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("w", encoding="utf-8") as file:
            file.write(text if text.endswith("\n") else text + "\n")
            file.flush()
            # On the disk before the digest, which says that it is there.
            os.fsync(file.fileno())
        self.converter.set_permissions(self._lesson.name, student)
        self.converter.run_post_convert_hook()
        return nb

    def publish(self, student: str) -> None:
        """Move a graded folder to its place."""
        destination = self._root / self._autograded / student / self._lesson.name
        self._staging.publish(self._folder(student), destination)

    def _preprocessors(self) -> tuple[list[Any], list[Any]]:
        """Return the course's own preprocessors, and those of nbgrader that are quick."""
        converter = self.converter
        exporter = converter.exporter_class(parent=converter, config=converter.config)
        groups: list[list[Any]] = [[], []]
        place = 0
        for kind in [*converter.sanitize_preprocessors, *converter.autograde_preprocessors]:
            exporter._preprocessors = []
            exporter.register_preprocessor(kind)
            for made in exporter._preprocessors:
                if isinstance(made, _RUNS_CELLS):
                    place = 1
                elif not isinstance(made, _DONE_ELSEWHERE):
                    groups[place].append(made)
        return groups[0], groups[1]

    def _processed(self, student: str, nb: NotebookNode, preprocessors: list[Any]) -> NotebookNode:
        """Run preprocessors on a notebook."""
        name = PurePath(self._lesson.notebook).stem
        ids = {"student": student, "assignment": self._lesson.name, "notebook": name}
        resources: dict[str, Any] = {
            "unique_key": name,
            "output_files_dir": f"{name}_files",
            "nbgrader": {**ids, "db_url": self.converter.coursedir.db_url},
            "metadata": {"name": name, "path": str(self._folder(student))},
        }
        self.converter.coursedir.student_id = student
        self.converter.notebooks = [str(self._folder(student) / self._lesson.notebook)]
        if preprocessors is self._before and (
            self.converter.pre_convert_hook is not leave_out_unreadable
        ):
            self.converter.run_pre_convert_hook()
        for preprocessor in preprocessors:
            nb, resources = preprocessor(nb, resources)
        return nb

    def _folder(self, student: str) -> Path:
        """Return where a student's graded folder is made."""
        return self._staging.path / "autograded" / student / self._lesson.name


def overwritten(converter: Autograde, lesson: Lesson) -> list[PurePath]:
    """Return the lesson's files that take the place of a student's of the same name."""
    kept = {PurePath(name) for name in converter.exclude_overwriting.get(lesson.name, [])}
    return sorted(lesson.files - kept)
