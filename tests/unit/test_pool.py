"""The pool of workers, with a Dask client that a test plays."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest

from proctor.grading.cluster import Pool


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
