"""What is sent to workers by name; light, so that the coordinator loads no more than it uses."""

from __future__ import annotations

import hashlib
import json
import pickle
import platform
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from distributed.core import Status
from distributed.diagnostics.plugin import WorkerPlugin

from ..lesson import Lesson
from ..lesson.packages import ALWAYS, installed_version

if TYPE_CHECKING:
    from nbformat import NotebookNode

PACKAGE = Path(__file__).parent.parent
CAN_CHANGE_GRADES = (
    "diagnose",
    "examine",
    "lesson",
    "sandbox/guest",
    "sandbox/host/command.py",
    "sandbox/host/consumption.py",
    "sandbox/protocol",
    "submission",
    "testing.py",
)
"""The parts of this package that can."""


def same_everywhere(value: Any) -> Any:
    """Return what is the same for many tasks: Dask brings it to each worker once."""
    return value


def grade(lesson: dict[str, Any], submission: dict[str, Any]) -> bytes:
    """Run a submission on this worker; see `worker.grade_submission`."""
    from .worker import grade_submission

    return grade_submission(lesson, submission)


class CloseWalls(WorkerPlugin):
    """Ends the walls of a worker that is closed, and has it listen to no browser."""

    def setup(self, worker: Any) -> None:
        """Close the port for browsers; called by Dask when a worker starts."""
        worker.http_server.stop()

    def teardown(self, worker: Any) -> None:
        """Close walls; called by Dask at the end of a worker, or of the client."""
        from .worker import close_walls

        close_walls(for_good=worker.status is Status.closing)


def lesson_payload(lesson: Lesson) -> dict[str, Any]:
    """Return a lesson as it is sent to workers; see `worker.grade_submission`."""
    return {
        "software": software_digest(),
        "packages": dict(lesson.packages),
        "versions": {name: installed_version(name) for name in ALWAYS},
        "digest": lesson.digest,
        "notebooks": 1 + len(lesson.others),
        "lesson": pickle.dumps(lesson),
    }


def submission_payload(
    nb: NotebookNode, files: dict[str, bytes], seed: str, is_trial: bool = False
) -> dict[str, Any]:
    """Return a submission as it is sent to workers; see `worker.grade_submission`."""
    notebook = json.dumps(nb).encode()
    return {"notebook": notebook, "files": files, "seed": seed, "is_trial": is_trial}


@cache
def software_digest(parts: tuple[str, ...] = ("",), package: Path = PACKAGE) -> str:
    """Return a digest of some parts of this package, by default all, and of what they build on.

    Parameters
    ----------
    parts : tuple of str
        Files and folders of the package.
    package : Path
        Its folder.
    """
    versions = [f"{name} {installed_version(name)}" for name in ALWAYS]
    digest = hashlib.sha256(f"{platform.python_version()} {versions}".encode())
    for path in sorted(package.rglob("*.py")):
        if any(path.is_relative_to(package / part) for part in parts):
            digest.update(f"{path.relative_to(package)}".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
