"""Make a graded folder as nbgrader's ``Autograde`` does, and move it to its place."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4.nbjson import BytesEncoder
from nbformat.v4.rwbase import strip_transient
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

from ..lesson import Lesson
from ..lesson.settings import ExecuteSubmission
from .staging import Staging

# What these do is done already when a submission comes here, or done for many at a time.
_DONE_ELSEWHERE = (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearOutput,
    DeduplicateIds,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
)
# By name, since whoever imports it depends on all of nbgrader's side.
_OURS = "proctor.nbgrader_plugin"
_RUNS_CELLS = (Execute, ExecuteSubmission)
Notebooks = list[tuple[Lesson, NotebookNode]]
"""What is graded of one submission: each of the lesson's notebooks that was handed in."""


class Publisher:
    """Makes the graded folders of one lesson.

    Preprocessors of the course's own, and its hooks, run as in nbgrader.

    Parameters
    ----------
    course : NbGrader
        The course, with its configuration.
    lessons : sequence of Lesson
        One for each notebook.
    staging : Staging
    """

    def __init__(self, course: NbGrader, lessons: Sequence[Lesson], staging: Staging) -> None:
        # What all of its notebooks share.
        self._lesson = lesson = lessons[0]
        self._staging = staging
        folders: CourseDirectory = course.coursedir
        self._root = Path(folders.root)
        self._autograded = folders.autograded_directory
        source, release = (
            str((self._root / step).absolute())
            for step in (folders.source_directory, folders.release_directory)
        )
        # As the course is, but graded folders stay here.
        self.converter = Autograde(
            parent=course,
            coursedir=CourseDirectory(
                parent=course,
                root=str(staging.path),
                source_directory=source,
                release_directory=release,
                submitted_directory="submitted",
                autograded_directory=str(staging.path / "autograded"),
                db_url=folders.db_url,
                assignment_id=lesson.name,
            ),
        )
        self._before, self._after = split(preprocessors(self.converter))

    def sanitised(self, student: str, notebooks: Notebooks) -> Notebooks:
        """Return repaired notebooks as they are before their cells run."""
        for lesson, nb in notebooks:
            if lesson.kernelspec:
                nb.metadata["kernelspec"] = nbformat.from_dict(lesson.kernelspec)
        self._begin(student, notebooks)
        hook = self.converter.pre_convert_hook
        if getattr(hook, "__module__", "") != _OURS:
            self.converter.run_pre_convert_hook()
        return [
            (lesson, self._processed(student, lesson, nb, self._before)) for lesson, nb in notebooks
        ]

    def make_folder(
        self, student: str, notebooks: Notebooks, files: dict[PurePath, bytes]
    ) -> Notebooks:
        """Write a graded folder, which stays here, and return its notebooks as they are there."""
        folder = self.folder(student)
        given = {PurePath(name): self._lesson.files[name] for name in self._lesson.given}
        for name, content in (files | given).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        self._begin(student, notebooks)
        made = []
        for lesson, given_nb in notebooks:
            nb = self._processed(student, lesson, given_nb, self._after)
            write_notebook(folder / lesson.notebook, nb)
            made.append((lesson, nb))
        self.converter.set_permissions(self._lesson.name, student)
        self.converter.run_post_convert_hook()
        return made

    def publish(self, student: str) -> None:
        """Move a graded folder to its place."""
        destination = self._root / self._autograded / student / self._lesson.name
        self._staging.publish(self.folder(student), destination)

    def _begin(self, student: str, notebooks: Notebooks) -> None:
        """Tell nbgrader's converter, which hooks ask, what it is at."""
        self.converter.coursedir.student_id = student
        folder = self.folder(student)
        self.converter.notebooks = [str(folder / lesson.notebook) for lesson, _ in notebooks]

    def _processed(
        self, student: str, lesson: Lesson, nb: NotebookNode, preprocessors: list[Any]
    ) -> NotebookNode:
        """Run preprocessors on a notebook."""
        name = PurePath(lesson.notebook).stem
        ids = {"student": student, "assignment": lesson.name, "notebook": name}
        resources: dict[str, Any] = {
            "unique_key": name,
            "output_files_dir": f"{name}_files",
            "nbgrader": {**ids, "db_url": self.converter.coursedir.db_url},
            "metadata": {"name": name, "path": str(self.folder(student))},
        }
        for preprocessor in preprocessors:
            nb, resources = preprocessor(nb, resources)
        return nb

    def folder(self, student: str) -> Path:
        """Return where a student's graded folder is made."""
        return self._staging.path / "autograded" / student / self._lesson.name


def write_notebook(target: Path, nb: NotebookNode) -> None:
    """Write a graded notebook, one cell per line.

    nbformat indents, in Python whatever it is asked for, which takes ten times as long.
    """
    nb = strip_transient(nb)
    cells = ",\n".join(map(_json, nb.cells))
    rest = _json({name: value for name, value in nb.items() if name != "cells"})
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", encoding="utf-8") as file:
        file.write(f'{{"cells": [\n{cells}\n], {rest.removeprefix("{")}\n')
        file.flush()
        # On the disk before the digest, which says that it is there.
        os.fsync(file.fileno())


def _json(value: Any) -> str:
    return json.dumps(value, cls=BytesEncoder, ensure_ascii=False, sort_keys=True)


def preprocessors(converter: Autograde) -> list[Any]:
    """Return the preprocessors that the course's configuration names, in their order."""
    exporter = converter.exporter_class(parent=converter, config=converter.config)
    return [
        kind(parent=exporter) if isinstance(kind, type) else kind
        for kind in [*converter.sanitize_preprocessors, *converter.autograde_preprocessors]
    ]


def split(made: list[Any]) -> tuple[list[Any], list[Any]]:
    """Return the preprocessors that are left to do before and after cells run."""
    groups: list[list[Any]] = [[], []]
    place = 0
    for preprocessor in made:
        if isinstance(preprocessor, _RUNS_CELLS):
            place = 1
        elif not isinstance(preprocessor, _DONE_ELSEWHERE) and (
            type(preprocessor).__module__ != _OURS
        ):
            groups[place].append(preprocessor)
    return groups[0], groups[1]
