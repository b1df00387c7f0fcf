"""What tests are told of the commands that they start."""

from __future__ import annotations

import threading
from pathlib import Path

from tests.support import forked
from tests.support.commands import search_path


def test_exit_status_that_two_threads_wait_for(tmp_path: Path) -> None:
    """A thread that polls must not take the status from the one that waits."""
    for _ in range(5):
        # It is no course's folder.
        with forked.Running(["proctor", "report", "lesson"], tmp_path, search_path()) as process:
            pollers = [threading.Thread(target=poll, args=(process,)) for _ in range(2)]
            for poller in pollers:
                poller.start()
            process.communicate()
            for poller in pollers:
                poller.join()
        assert process.returncode == 1


def poll(process: forked.Running) -> None:
    """Poll until the process has ended."""
    while process.poll() is None:
        pass
