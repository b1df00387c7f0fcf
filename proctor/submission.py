"""Repair what students do to a notebook's grading metadata."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import NbGraderPreprocessor


class RepairMetadata(NbGraderPreprocessor):  # type: ignore[misc]
    """Give each graded cell of a submission the metadata that it has in the gradebook.

    It stands first in ``Autograde.sanitize_preprocessors``: nbgrader's own checks stop the
    whole class at a copied test cell or at metadata of a version that they don't know. Here
    the last cell with a `grade_id` keeps it, as a later definition wins in a notebook, and
    every other cell that claims to be graded becomes an ordinary one.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Repair one notebook; called by nbconvert."""
        ids = resources["nbgrader"]
        with Gradebook(ids["db_url"]) as gradebook:
            known = graded_metadata(gradebook, ids["notebook"], ids["assignment"])
        for cell in reversed(nb.cells):
            claimed = cell.metadata.pop("nbgrader", None)
            grade_id = claimed.get("grade_id") if isinstance(claimed, dict) else None
            metadata = known.pop(grade_id, None) if isinstance(grade_id, str) else None
            if metadata is not None:
                cell.metadata["nbgrader"] = NotebookNode(metadata)
            elif claimed:
                self.log.warning(
                    "%s: a copied or unknown graded cell (%r) is treated as an ordinary cell",
                    ids["student"],
                    grade_id,
                )
        return nb, resources


def graded_metadata(
    gradebook: Gradebook, notebook: str, assignment: str
) -> dict[str, dict[str, Any]]:
    """Return the nbgrader metadata of a notebook's cells, by `grade_id`, as the master has it."""
    entry = gradebook.find_notebook(notebook, assignment)
    points = {cell.name: cell.max_score for cell in entry.grade_cells}
    solutions = {cell.name for cell in entry.solution_cells}
    tasks = {cell.name: cell.max_score for cell in entry.task_cells}
    metadata = {}
    for cell in entry.source_cells:
        metadata[cell.name] = {
            "schema_version": MetadataValidator.schema_version,
            "grade_id": cell.name,
            "grade": cell.name in points,
            "solution": cell.name in solutions,
            "task": cell.name in tasks,
            "locked": cell.locked,
            "cell_type": cell.cell_type,
            "checksum": cell.checksum,
        }
        if cell.name in points or cell.name in tasks:
            metadata[cell.name]["points"] = (points | tasks)[cell.name]
    return metadata
