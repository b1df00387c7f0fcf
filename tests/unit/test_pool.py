"""The pool of workers, with a Dask client of this process, or one that a test plays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from distributed import Client, LocalCluster

from proctor.grading.cluster import Pool, is_open


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("tls://10.0.0.1:8786", False),
        ("tcp://127.0.0.1:8786", False),
        ("tcp://[::1]:8786", False),
        ("tcp://localhost:8786", False),
        ("wss://10.0.0.1:8786", False),
        ("tcp://10.0.0.1:8786", True),
        ("ws://grader.example.org:8786", True),
        ("tcp://localhost.example.org:8786", True),
    ],
)
def test_a_scheduler_without_encryption_is_named(address: str, said: bool) -> None:
    assert is_open(address) == said


def test_result_that_is_lost_on_its_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its worker ended when the submission was done: workers are looked after meanwhile."""
    monkeypatch.setattr("proctor.grading.cluster.RECOUNT_SECONDS", 0)
    client: Any = mock.MagicMock(status="running")
    client.nthreads.return_value = {}
    pool = Pool(client, {"digest": "lesson"})
    future = client.submit.return_value
    future.key = "submission"
    future.result.side_effect = [TimeoutError, TimeoutError, b"result"]
    pool.submit({}, "ticket")
    future.add_done_callback.call_args.args[0](future)
    client.cluster.scale.reset_mock()
    assert pool.next_done(1) == ("ticket", b"result")
    assert client.cluster.scale.call_count >= 3
    assert len(pool) == 0


def test_a_large_result_on_a_slow_line() -> None:
    """Each try to fetch it begins anew, so it is given more time."""
    client: Any = mock.MagicMock(status="running")
    client.nthreads.return_value = {"worker": 2}
    pool = Pool(client, {"digest": "lesson"})
    future = client.submit.return_value
    given: list[float] = []

    def result(timeout: float) -> bytes:
        given.append(timeout)
        if timeout < 30:
            raise TimeoutError
        return b"result"

    future.result.side_effect = result
    pool.submit({}, "ticket")
    future.add_done_callback.call_args.args[0](future)
    assert pool.next_done(1) == ("ticket", b"result")
    assert given == [2, 4, 8, 16, 32]


@pytest.mark.parametrize("step", ["submit", "next_done"])
def test_a_scheduler_that_has_forgotten_everything(step: str) -> None:
    """Dask connects again by itself; what it says then of each submission is no one's fault."""
    client: Any = mock.MagicMock(status="running")
    client.nthreads.return_value = {}
    pool = Pool(client, {"digest": "lesson"})
    pool.submit({}, "ticket")
    client.submit.return_value.status = "cancelled"
    with pytest.raises(ConnectionError, match="connection to the scheduler was lost"):
        pool.submit({}, "ticket") if step == "submit" else pool.next_done(0.01)


def test_a_cluster_without_workers_is_told_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Who forgot to start them would wait for ever, in front of a bar that stands still."""
    monkeypatch.setattr("proctor.grading.cluster.RECOUNT_SECONDS", 0)
    client: Any = mock.MagicMock(status="running", cluster=None)
    client.scheduler.address = "tls://there:8786"
    pool = Pool(client, {"digest": "lesson"})
    for threads, told in (({}, 1), ({}, 1), ({"worker": 3}, 1), ({}, 2)):
        client.nthreads.return_value = threads
        assert pool.room
        assert caplog.text.count("tls://there:8786 has no workers, so grading waits") == told


@pytest.fixture
def client() -> Iterator[Client]:
    """A cluster in this process."""
    with (
        LocalCluster(n_workers=1, processes=False, dashboard_address="127.0.0.1:0") as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client


# Dask's word for a slow disk.
@pytest.mark.filterwarnings("ignore:Creating scratch directories")
def test_pools_of_one_cluster_have_each_their_own_results(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The master is graded in one pool, and the class in another, perhaps at once."""
    monkeypatch.setattr("proctor.grading.cluster.grade", lambda *work: str(work))
    works = [({"of": name}, {"by": name}) for name in "ab"]
    pools = [Pool(client, {"digest": "same", **lesson}) for lesson, _ in works]
    for pool, (_, submission) in zip(pools, works, strict=True):
        pool.submit(submission, "ticket")
    for pool, (lesson, submission) in zip(pools, works, strict=True):
        _, result = pool.next_done(60)
        assert f"{result!s}" == str(({"digest": "same", **lesson}, submission))
