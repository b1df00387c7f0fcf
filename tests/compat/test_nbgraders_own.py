"""nbgrader's own tests of autograding, with proctor's configuration."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from nbgrader.tests.apps.conftest import course_dir, db
from nbgrader.tests.apps.test_nbgrader_autograde import TestNbGraderAutograde as Theirs

from proctor.grading.worker import close_walls

CONFIG = """\
import proctor

c = get_config()
proctor.configure(c)
c.CourseDirectory.root = {root!r}
c.ExecuteSubmission.cell_timeout = 4
"""


@pytest.fixture
def temp_cwd(tmp_path: Path, course_dir: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An office whose nbgrader_config.py is proctor's, and says where the course is."""
    (tmp_path / "nbgrader_config.py").write_text(CONFIG.format(root=course_dir))
    monkeypatch.chdir(tmp_path)
    yield str(tmp_path)
    close_walls()


@pytest.mark.filterwarnings("ignore")
class TestNbgradersOwn(Theirs):  # type: ignore[misc]
    """All that nbgrader asks of its ``autograde``."""
