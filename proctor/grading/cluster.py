"""Grading on Dask: a cluster on this machine, or any scheduler by its address."""

from __future__ import annotations

import json
import logging
import math
import os
import queue
import time
import uuid
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dask
from distributed import Client, Future, LocalCluster
from distributed.security import Security

from ..lesson import Lesson
from .places import PLACES, SLEEPERS
from .tasks import CloseWalls, grade, lesson_payload, same_everywhere

THREADS = PLACES + SLEEPERS
"""How many submissions a local worker has begun with, those included that wait for a place."""
CORES = 2
"""How many CPU cores one local worker keeps busy, with the kernels that it starts."""
AHEAD = 2
"""How many submissions have been sent for each thread of a worker, its own included."""
PLUGIN = "proctor-walls"
RECOUNT_SECONDS = 2
# How long to wait for a result at most, before workers are looked after again.
LONGEST_PATIENCE = 300
NOT_CONNECTED = (
    "No Dask scheduler answers at {address} ({error}). Check the address and the keys, and that "
    "the scheduler is running. docs/clusters.md explains the keys."
)
OPEN = (
    "What goes to %s is not encrypted: whoever can reach it, or listens on the way, can read "
    "hidden tests and run code here. docs/clusters.md shows how to use tls://."
)
LOST = "every worker that ran it died, probably killed by its code"
NO_SCHEDULER = "The connection to the scheduler was lost. Run the same command to grade the rest."
NO_WORKERS = (
    "The scheduler at {address} has no workers, so grading waits until there is one. "
    "docs/clusters.md says how to start them."
)

_log = logging.getLogger(__name__)

# Dask keeps the last messages in memory, a thousand of each line: with them all submissions.
_NO_LOG = {"distributed.admin.low-level-log-length": 10}
_LOCAL_SETTINGS = {
    **_NO_LOG,
    # Nothing is to be seen by browsers, and nothing measured for them.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.profile.enabled": False,
    "distributed.admin.system-monitor.gil.enabled": False,
    "distributed.admin.system-monitor.interval": "10s",
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.log-length": 100,
    # A submission whose worker ends is tried once more, and then alone.
    "distributed.scheduler.allowed-failures": 1,
    # Loaded before the first task asks for it.
    "distributed.nanny.pre-spawn-environ": {"MALLOC_TRIM_THRESHOLD_": 65536, "OMP_NUM_THREADS": 1},
    "distributed.worker.preload": ["proctor.grading.worker"],
}


@contextmanager
def local_client(workers: int | None, folder: Path) -> Iterator[Client]:
    """Start a cluster on this machine that nobody else can reach.

    Parameters
    ----------
    workers : int, optional
        How many worker processes; by default as many as keep all CPU cores busy.
    folder : Path
        Where Dask may keep files.
    """
    cores = len(os.sched_getaffinity(0))
    settings = {**_LOCAL_SETTINGS, "temporary-directory": str(folder)}
    # Of a server that is stopped at once, below; and of a slow disk.
    warnings.filterwarnings("ignore", message="Port 8787 is already in use|Creating scratch")
    with dask.config.set(_as_delivered()), dask.config.set(settings):
        cluster: Any = LocalCluster(
            n_workers=workers or -(-cores // CORES),
            threads_per_worker=THREADS,
            # Its address is this machine's own, and its keys are nobody else's.
            host="127.0.0.1",
            protocol="tls://",
            security=Security.temporary(),
            dashboard_address=None,
            # The limits of submissions are the wall's.
            memory_limit=0,
            silence_logs=logging.CRITICAL,
        )
        with cluster:
            cluster.scheduler.http_server.stop()
            client = Client(cluster, set_as_default=False)
            # Its workers end with it, and with them their walls.
            with _closing(client, keep=True) as client:
                yield client


def run_cells(client: Client, lesson: Lesson, submissions: Sequence[dict[str, Any]]) -> list[bytes]:
    """Grade some submissions of a lesson on a cluster, and return what came of them."""
    pool, results = Pool(client, lesson_payload(lesson)), dict[int, bytes]()
    for number, submission in enumerate(submissions):
        pool.submit(submission, number)
    while len(pool):
        with suppress(queue.Empty):
            number, result = pool.next_done(RECOUNT_SECONDS)
            results[number] = result or json.dumps({"failed": LOST}).encode()
    return [results[number] for number in sorted(results)]


def _as_delivered() -> dict[str, Any]:
    """Return Dask's own configuration, without what files and variables here change of it.

    They are meant for other clusters, and some would stop this one: with
    ``multiprocessing-method: fork`` a worker inherits locks that threads of this process hold.
    """
    configuration: dict[str, Any] = {}
    dask.config.refresh(configuration, paths=[], env={})
    return configuration


@contextmanager
def remote_client(address: str) -> Iterator[Client]:
    """Connect to a scheduler; Dask's own configuration says with which keys, and how patiently.

    Raises
    ------
    ConnectionError
        If nobody answers there.
    """
    try:
        with dask.config.set(_NO_LOG):
            client = Client(address, set_as_default=False)
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        raise ConnectionError(NOT_CONNECTED.format(address=address, error=error)) from None
    # As Dask understood it: what names no protocol may be encrypted.
    if client.scheduler is not None and is_open(str(client.scheduler.address)):
        _log.warning(OPEN, address)
    with _closing(client):
        yield client


def is_open(address: str) -> bool:
    """Say whether others can listen to what goes to a scheduler: no encryption, another machine."""
    parts = urlsplit(address)
    if parts.scheme in ("tls", "wss", "inproc"):
        return False
    try:
        return not ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return parts.hostname != "localhost"


@contextmanager
def _closing(client: Client, keep: bool = False) -> Iterator[Client]:
    """Have walls closed at the end of a worker, or of this client."""
    # Not `with client`, which has to be left in the thread that entered it.
    # Another grader may use the same workers, and one name stands for one plugin.
    name = f"{PLUGIN}-{uuid.uuid4().hex}"
    try:
        client.register_plugin(CloseWalls(), name=name)
        yield client
    finally:
        # Workers that are gone have no walls, either.
        with suppress(Exception):
            if not keep:
                client.unregister_worker_plugin(name)
        client.close()


class Pool:
    """Submissions under way on a cluster, each with a ticket of the caller's.

    Parameters
    ----------
    client : Client
    lessons : dict
        See `worker.grade_submission`; of a lesson with several notebooks one for each.
    """

    def __init__(self, client: Client, *lessons: dict[str, Any]) -> None:
        self._client = client
        # Dask takes two tasks with one key for the same task, whoever submits them: without a name
        # of its own, a pool could be handed the results of another.
        self._name = uuid.uuid4().hex
        # A task, not scattered data: Dask makes it anew if all workers that hold it are lost.
        self._lessons = [
            client.submit(same_everywhere, lesson, key=f"lesson-{self._name}-{place}")
            for place, lesson in enumerate(lessons)
        ]
        self._under_way: dict[Any, tuple[Future[bytes], Any]] = {}
        self._done: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._number = 0
        self._threads, self._counted = 0, -math.inf
        self._told = False

    def __len__(self) -> int:
        return len(self._under_way)

    @property
    def room(self) -> bool:
        """Whether to submit more: enough that no worker waits, and no more than that."""
        self._look_after_workers()
        return len(self) < AHEAD * max(self._threads, 1)

    def _look_after_workers(self) -> None:
        """Count the workers' threads, and start anew the workers of this machine that are gone."""
        now = time.monotonic()
        if now < self._counted + RECOUNT_SECONDS:
            return
        try:
            self._threads, self._counted = sum(self._client.nthreads().values()), now
        except OSError:
            raise ConnectionError(NO_SCHEDULER) from None
        # Dask replaces a worker that ends, but gives up one that is not back soon enough.
        cluster: Any = self._client.cluster
        if cluster is not None:
            cluster.scale(len(cluster.worker_spec))
        elif not self._threads and not self._told:
            address = getattr(self._client.scheduler, "address", "")
            _log.warning(NO_WORKERS.format(address=address))
        self._told = not self._threads

    def submit(self, submission: dict[str, Any], ticket: Any, lesson: int = 0) -> None:
        """Send a submission to a worker, of the lesson that stands at this place."""
        self._check_connection()
        self._number += 1
        future = self._client.submit(
            grade,
            self._lessons[lesson],
            submission,
            key=f"submission-{self._name}-{self._number}",
            pure=False,
        )
        self._under_way[future.key] = future, ticket
        future.add_done_callback(lambda done: self._done.put(done.key))

    def next_done(self, timeout: float) -> tuple[Any, bytes | None]:
        """Return the ticket and the result of one that is done; no result if it was lost.

        Raises
        ------
        queue.Empty
            If none is done in time.
        ConnectionError
            If the scheduler is gone.
        """
        self._check_connection()
        self._look_after_workers()
        key = self._done.get(timeout=timeout)
        future, ticket = self._under_way.pop(key)
        result = self._result(future)
        future.release()
        return ticket, result

    def _result(self, future: Future[bytes]) -> bytes | None:
        """Return what came of a submission that is done; nothing if it was lost.

        If the worker ends before its result is here, Dask has it made anew, which needs a worker.
        """
        patience = float(RECOUNT_SECONDS)
        while True:
            self._check_connection()
            self._look_after_workers()
            try:
                return future.result(timeout=patience)
            except TimeoutError:
                # Each try begins anew, and the result may be large and the line slow.
                patience = min(2 * patience, LONGEST_PATIENCE)
            except Exception:  # Dask gave it up
                self._check_connection()
                return None

    def _check_connection(self) -> None:
        """Raise `ConnectionError` if the scheduler is gone, or was: then it has forgotten all."""
        forgotten = any(lesson.status == "cancelled" for lesson in self._lessons)
        if self._client.status != "running" or forgotten:
            raise ConnectionError(NO_SCHEDULER)

    def cancel(self) -> None:
        """Forget everything that is under way."""
        # Without a connection there is nothing left to forget.
        with suppress(Exception):
            self._client.cancel([future for future, _ in self._under_way.values()], force=True)
        self._under_way.clear()
