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
