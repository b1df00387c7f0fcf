"""A worker's tools: a thread that replaces those that fell does not disturb another."""

from __future__ import annotations

import json
import pickle
import re
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest

from proctor.grading import worker
from proctor.grading.tasks import software_digest
from proctor.sandbox.host import WallError


class FakeTools:
    """Tools without processes."""

    def __init__(self) -> None:
        self.users = 0
        self.places = self
        self.standing = self.closed = False
        # Whether they still stand a moment after something has failed.
        self.lasts = False

    def place(self) -> AbstractContextManager[None]:
        return nullcontext()

    def start(self, lesson: Any) -> None:
        self.standing, self.closed = True, False

    def alive(self) -> bool:
        return self.standing

    def wait_for_end(self, seconds: float) -> None:
        self.standing = self.standing and self.lasts

    def close(self) -> None:
        self.standing, self.closed = False, True


LESSON = {
    "digest": "0",
    "notebooks": 1,
    "software": software_digest(),
    "packages": {"pytest": pytest.__version__},
    "versions": {},
    "lesson": pickle.dumps({}),
}


@pytest.fixture(autouse=True)
def fake_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the worker make such tools, and have none yet."""
    monkeypatch.setattr(worker, "Tools", FakeTools)
    monkeypatch.setattr(worker, "_tools", {})


def test_fallen_tools_are_closed_by_who_uses_them_last(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[FakeTools] = []

    def examine(tools: FakeTools, submission: dict[str, Any]) -> dict[str, Any]:
        used.append(tools)
        if len(used) == 1:
            tools.standing = False
            # What another thread does meanwhile.
            assert json.loads(worker.grade_submission(LESSON, {})) == {"outputs": []}
            assert not tools.closed
        return {"outputs": []}

    monkeypatch.setattr(worker, "examine", examine)
    assert json.loads(worker.grade_submission(LESSON, {})) == {"outputs": []}
    fallen, new, again = used
    assert fallen.closed
    assert new is again
    assert not new.closed


def test_walls_in_use_are_closed_by_who_uses_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a cluster that two graders use, the first one to end leaves the other in peace."""
    used: list[FakeTools] = []

    def examine(tools: FakeTools, submission: dict[str, Any]) -> dict[str, Any]:
        used.append(tools)
        worker.close_walls()
        assert not tools.closed
        return {"outputs": []}

    monkeypatch.setattr(worker, "examine", examine)
    assert json.loads(worker.grade_submission(LESSON, {})) == {"outputs": []}
    (tools,) = used
    assert tools.closed


def test_a_worker_keeps_two_lessons(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of them has its tools for as long as there is no third."""
    used: list[FakeTools] = []

    def examine(tools: FakeTools, submission: dict[str, Any]) -> dict[str, Any]:
        used.append(tools)
        return {"outputs": []}

    monkeypatch.setattr(worker, "examine", examine)
    for digest in "aabbabc":
        worker.grade_submission({**LESSON, "digest": digest}, {})
    a, _, b, _, again, other, _ = used
    assert (again, other) == (a, b)
    assert a.closed and not b.closed


@pytest.mark.parametrize(
    ("other", "of"),
    [
        ({"software": "other"}, "proctor, or"),
        ({"software": "other", "versions": {"numpy": "1"}}, r"numpy \(2\S+, and 1 where"),
        ({"packages": {"pandas": "1"}}, r"pandas \(\S+, and 1 where"),
    ],
)
def test_tools_of_another_version_are_not_used(
    monkeypatch: pytest.MonkeyPatch, other: dict[str, Any], of: str
) -> None:
    monkeypatch.setattr(worker, "examine", lambda *_: {"outputs": []})
    worker.grade_submission(LESSON, {})
    answer = json.loads(worker.grade_submission({**LESSON, **other}, {}))
    assert re.search(f"different version of {of}", answer["stop"])


def test_a_worker_that_ends_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_ends", False)
    monkeypatch.setattr(worker, "_tools", {"0": (tools := FakeTools())})
    tools.users = 1
    worker.close_walls(for_good=True)
    assert tools.closed
    assert "ends" in json.loads(worker.grade_submission(LESSON, {}))["stop"]


@pytest.mark.parametrize("lasts", [True, False])
def test_a_wall_that_answers_no_more_is_replaced(
    lasts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be on its way out; one that stands has a reason to refuse."""
    used: list[FakeTools] = []

    def examine(tools: FakeTools, submission: dict[str, Any]) -> dict[str, Any]:
        used.append(tools)
        tools.lasts = lasts
        if len(used) == 1:
            raise WallError("the wall does not answer")
        return {"outputs": []}

    monkeypatch.setattr(worker, "examine", examine)
    answer = json.loads(worker.grade_submission(LESSON, {}))
    if lasts:
        assert "does not answer" in answer["failed"]
    else:
        assert answer == {"outputs": []}
        assert used[0].closed
