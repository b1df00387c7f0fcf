"""Whether a submission's processes rest; Linux is played by the test."""

from __future__ import annotations

import time

import pytest

from proctor.sandbox.host.consumption import Consumption

LOOK = 0.05


class Played(Consumption):
    """One process, in a state and with a number of ticks that the test sets."""

    state, ticks = b"S", 0

    def _numbers(self) -> list[str]:
        return ["2"]

    def _read(self, name: str) -> bytes:
        if not name.endswith("/stat"):
            return b""
        fields = [self.state, *[b"0"] * 10, b"%d" % self.ticks, *[b"0"] * 9, b"1"]
        return b"2 (python) " + b" ".join(fields)


def rests(
    monkeypatch: pytest.MonkeyPatch, works: float, sleeps: float, state: bytes = b"S"
) -> float:
    """Return for how long one at most rested that worked and slept in turn, in seconds."""
    now = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    used, most = Played(-1), 0.0
    while now < 60:
        now += LOOK
        if now % (works + sleeps) < works:
            used.state, used.ticks = b"R", used.ticks + round(LOOK / 0.01)
        else:
            used.state = state
        used.look()
        most = max(most, now - used.busy)
    return most


@pytest.mark.parametrize("state", [b"S", b"D"])
def test_who_works_little_rests(state: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    assert rests(monkeypatch, works=0, sleeps=1, state=state) > 50
    assert rests(monkeypatch, works=LOOK, sleeps=1.5, state=state) > 50


def test_who_works_does_not_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    assert rests(monkeypatch, works=1, sleeps=0) < 0.5
    assert rests(monkeypatch, works=1, sleeps=1.5) < 2
    assert rests(monkeypatch, works=0.5, sleeps=1.5) < 2


class Helped(Consumption):
    """A student's process, told of ended helpers' ticks, and a helper that works for so many ns."""

    told, ticks, seen = 0, 0, -1

    def _numbers(self) -> list[str]:
        return ["2", "3"] if self.seen >= 0 else ["2"]

    def _listed(self, folder: str) -> list[str]:
        return ["3"] if folder == "3/task" else []

    def _read(self, name: str) -> bytes:
        if name.endswith("/schedstat"):
            return b"%d 0 1" % self.seen
        if not name.endswith("/stat"):
            return b""
        times = [b"0", b"0", b"%d" % self.told, b"0"]
        if name == "3/stat":
            times = [b"%d" % self.ticks, *[b"0"] * 3]
        return b"2 (python) " + b" ".join([b"S", *[b"0"] * 10, *times, *[b"0"] * 6, b"1"])


def test_work_that_is_only_seen_counts_after_work_that_was_only_told() -> None:
    used = Helped(-1)
    used.told = 600
    used.look()
    used.settle()
    assert used.helped == pytest.approx(6)
    for used.seen in (0, 8_000_000, -1):
        used.look()
    assert used.helped == pytest.approx(6.008)


def test_work_that_is_seen_and_then_told_counts_once() -> None:
    used = Helped(-1)
    used.look()
    used.settle()
    for used.seen, used.ticks in ((300_000_000, 30), (600_000_000, 60)):
        used.look()
    used.settle()
    for used.seen, used.ticks in ((800_000_000, 80), (1_000_000_000, 100)):
        used.look()
    used.seen, used.ticks, used.told = -1, 0, 105  # of which 5 nobody saw
    used.look()
    assert used.helped == pytest.approx(1.05)


def test_a_helper_stirs_that_works_comes_or_goes() -> None:
    used, stirred = Helped(-1), []
    for used.seen in (-1, 0, 0, 1, 1, -1):
        used.settle()
        used.look()
        stirred.append(used.helpers_stirred)
    assert stirred == [False, True, False, True, False, True]
    used.settle()
    used.told += 1
    used.look()
    assert used.helpers_stirred


class Forking(Consumption):
    """Two processes, of which the second is forked while the first one's memory is counted."""

    forked = False

    def _numbers(self) -> list[str]:
        return ["2", "3"] if self.forked else ["2"]

    def _read(self, name: str) -> bytes:
        self.forked = True
        return b"Rss:  900 kB\nPss:  %d kB\n" % {"2": 500, "3": 400}[name[0]]


def test_who_is_forked_during_a_count_is_counted() -> None:
    assert Forking(-1).in_shares() == 900 * 1024
