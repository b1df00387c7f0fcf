"""What is sent to workers by name; light, so that the coordinator loads no more than it uses."""

from __future__ import annotations

from . import quick_start  # isort: skip

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from distributed.diagnostics.plugin import WorkerPlugin

__all__ = ["CloseWalls", "grade", "quick_start", "same_everywhere", "software_digest"]


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
        """Close all walls; called by Dask at the end of a worker, or of the client."""
        from .worker import close_walls

        close_walls()


@cache
def software_digest() -> str:
    """Return a digest of this package and of the versions of those that decide about grades."""
    versions = [f"{name} {version(name)}" for name in ("numpy", "nbgrader", "ipykernel")]
    digest = hashlib.sha256(repr(versions).encode())
    for path in sorted(Path(__file__).parent.parent.rglob("*.py")):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
