"""What runs on a worker: one submission at a time in each thread, all behind one wall.

A worker needs no gradebook and no course folder. What it must know of a lesson comes with the
first submission. It waits for the two processes of a submission, nothing more.
"""

from __future__ import annotations

import json
import pickle
import signal
import socket
import threading
import time
import traceback
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from ..examine.examiner import Examiner, ExaminerError
from ..lesson import Lesson
from ..lesson.packages import installed_version
from ..sandbox.host import Wall, WallError
from .places import PLACES, Places
from .tasks import software_digest

OTHER_VERSION = (
    "the worker on {host} has a different version of {what}. Install the same versions on all "
    "workers."
)
SOFTWARE = "proctor, or of Python"
ENDS = "the worker on {host} ends"
NO_TOOLS = "the worker on {host} cannot grade this lesson. {error}"
GOES_ON = "grading stopped with {error}"
FALLEN = "its sandbox was ended from outside, {count} times"
WALLS = 3
"""Behind how many walls, one after the other, a submission is tried."""
END_SECONDS = 1
"""How long a wall that answers no more takes to be gone."""
LESSONS = 2
"""How many lessons' walls a worker keeps; of one with more notebooks, one for each of these."""


class NoToolsError(Exception):
    """This worker can grade nothing; the text says why."""


class Tools:
    """The wall and the examiner of one lesson, on this worker."""

    def __init__(self) -> None:
        self.users = 0
        self.wall = Wall()
        self.examiner = Examiner()
        self.places = Places(self.wall.asleep, _places)

    def launch(self) -> None:
        """Begin to start both, before the lesson is known.

        Raises
        ------
        WallError
            If student code cannot be sandboxed here.
        """
        self.wall.launch()
        self.examiner.launch()

    def start(self, lesson: Lesson) -> None:
        """Start both.

        Raises
        ------
        WallError, ExaminerError
            If either cannot be started.
        """
        self.wall.assign(lesson.files, lesson.imports, lesson.wall)
        with ThreadPoolExecutor(2) as threads:
            started = [
                threads.submit(self.wall.start),
                threads.submit(self.examiner.start, lesson),
            ]
        try:
            for part in started:
                part.result()
        except BaseException:
            self.close()
            raise

    def alive(self) -> bool:
        """Say whether both are there: they may have been ended from outside."""
        return self.wall.alive() and self.examiner.alive()

    def wait_for_end(self, seconds: float) -> None:
        """Wait until either is gone, at most for some seconds."""
        end = time.monotonic() + seconds
        while self.alive() and time.monotonic() < end:
            time.sleep(0.02)

    def close(self) -> None:
        """End both."""
        self.wall.close()
        self.examiner.close()


# Of a worker of somebody else's cluster, its threads are its places.
_places = 1_000
_tools: dict[str, Tools] = {}
# Launched by a local worker when it starts, for the first lesson that comes.
_launched: list[Tools] = []
_ends = False
_lock = threading.Lock()


def dask_setup(worker: Any) -> None:
    """Launch what the first lesson will need; called by Dask when a local worker starts.

    It has few places, and Ctrl-C is left to the coordinator, which ends this process.

    Parameters
    ----------
    worker : Worker
    """
    global _places
    _places = PLACES
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tools = Tools()
    # If it cannot be launched, the first submission will say why.
    with suppress(WallError, OSError):
        tools.launch()
        _launched.append(tools)


def close_walls(for_good: bool = False) -> None:
    """End all walls and examiners of this process that nobody uses; the last user ends others.

    Parameters
    ----------
    for_good : bool
        Whether this process ends now: then all are ended, and there will be no new ones.
    """
    global _ends
    with _lock:
        _ends = _ends or for_good
        while _launched:
            _launched.pop().close()
        while _tools:
            _, tools = _tools.popitem()
            # On a cluster that several graders use, they may be another's.
            if for_good or not tools.users:
                tools.close()


def grade_submission(lesson: dict[str, Any], submission: dict[str, Any]) -> bytes:
    """Examine a submission and return what came of it, as JSON.

    Parameters
    ----------
    lesson : dict
        ``digest``; ``notebooks``, how many the lesson has; ``software``, the digest of what must
        be the same here; ``packages``, the versions of what the lesson imports; ``lesson``, the
        pickled `Lesson`.
    submission : dict
        ``notebook``, repaired, as JSON; ``files`` of the student, by name; ``seed``; ``is_trial``,
        whether it is the lesson's own.

    Returns
    -------
    bytes
        A dictionary with ``outputs``, for each code cell a pair of its outputs and its number; or
        ``stop`` with the reason why this worker can grade nothing; or ``failed`` with the reason
        why this submission cannot be graded.
    """
    result: dict[str, Any]
    try:
        result = _examine(lesson, submission)
    except NoToolsError as error:
        result = {"stop": str(error)}
    except Exception as error:  # whatever it is, the others go on
        reason = f"{type(error).__name__}: {error}"[:300]
        result = {"failed": GOES_ON.format(error=reason), "trace": traceback.format_exc()[-4000:]}
    return json.dumps(result).encode()


def examine(tools: Tools, submission: dict[str, Any]) -> dict[str, Any]:
    """Return the result of an examination; see `grade_submission`."""
    cells = json.loads(submission["notebook"])["cells"]
    given = (submission[name] for name in ("files", "seed", "is_trial"))
    return tools.examiner.examine(tools.wall, cells, *given)


def _examine(lesson: dict[str, Any], submission: dict[str, Any]) -> dict[str, Any]:
    """Examine a submission; again if its wall or examiner fell meanwhile."""
    for _ in range(WALLS):
        tools, failure, result = _borrow(lesson), None, dict[str, Any]()
        try:
            with tools.places.place():
                result = examine(tools, submission)
        except (WallError, ExaminerError) as error:
            failure = error
            # What has fallen may be on its way out.
            tools.wait_for_end(END_SECONDS)
        finally:
            standing = _give_back(tools)
        # If the wall fell meanwhile, it took the student's process along.
        if standing and failure:
            raise failure
        if standing:
            return result
    raise WallError(FALLEN.format(count=WALLS))


def _borrow(lesson: dict[str, Any]) -> Tools:
    """Return a lesson's tools, made at first use or if they have fallen."""
    digest = lesson["digest"]
    host = socket.gethostname()
    others = different(lesson["packages"])
    if others or lesson["software"] != software_digest():
        others = different(lesson["versions"]) + others
        what = ", ".join(others) or SOFTWARE
        raise NoToolsError(OTHER_VERSION.format(host=host, what=what))
    with _lock:
        if _ends:
            raise NoToolsError(ENDS.format(host=host))
        for known, tools in list(_tools.items()):
            full = digest not in _tools and len(_tools) >= max(LESSONS, lesson["notebooks"])
            unused = full and not tools.users
            if unused or not tools.alive():
                del _tools[known]
                # Another thread may be in the middle of using it, and closes it afterwards.
                if not tools.users:
                    tools.close()
        if digest not in _tools:
            tools = _launched.pop() if _launched else Tools()
            if not tools.alive():
                tools.close()
            try:
                tools.start(pickle.loads(lesson["lesson"]))
            except (WallError, ExaminerError, OSError) as error:
                raise NoToolsError(NO_TOOLS.format(host=host, error=error)) from None
            _tools[digest] = tools
        _tools[digest].users += 1
        return _tools[digest]


def different(versions: Mapping[str, str]) -> list[str]:
    """Return which packages have another version here, and which."""
    here = {name: installed_version(name) for name in versions}
    return [
        f"{name} ({here[name]}, and {version} where the grading was started)"
        for name, version in versions.items()
        if here[name] != version
    ]


def _give_back(tools: Tools) -> bool:
    """Count one user less, of whom the last closes what nobody else will use; say if they stand."""
    with _lock:
        standing = tools.alive()
        tools.users -= 1
        if not tools.users and tools not in _tools.values():
            tools.close()
        return standing
