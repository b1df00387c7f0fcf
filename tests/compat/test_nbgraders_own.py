"""Some of nbgrader's own tests of its ``autograde``; `make test-nbgrader` runs all of them."""

from __future__ import annotations

import pytest
from nbgrader.tests.apps.base import BaseTestApp
from nbgrader.tests.apps.test_nbgrader_autograde import TestNbGraderAutograde as Theirs

from tests.nbgraders_own import course_dir, db, temp_cwd

__all__ = ["course_dir", "db", "temp_cwd"]

SOME = (
    "test_grade",
    "test_grade_missing_notebook",
    "test_missing_student",
    "test_handle_failure",
    "test_missing_source_kernelspec",
    "test_side_effects",
)


@pytest.mark.filterwarnings("ignore")
class TestSome(BaseTestApp):  # type: ignore[misc]
    """Those that show most in little time."""

    for name in SOME:
        locals()[name] = getattr(Theirs, name)
    del name
