"""How many submissions a worker has in flight, and what one that sleeps changes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from proctor.grading.places import Places

LONG = 20
"""Seconds after which something that should happen has not."""
SHORT = 0.6
"""Seconds in which something that should not happen would: three looks."""


class Room:
    """Places, of which `asleep` are held by ones that sleep, and those who wait for one."""

    def __init__(self, number: int) -> None:
        self.asleep = 0
        self.places = Places(lambda: self.asleep, number)
        self._leave = threading.Event()
        self._threads: list[threading.Thread] = []

    def come(self) -> threading.Event:
        """Let another submission ask for a place; return what is set when it has one."""
        entered = threading.Event()

        def stay() -> None:
            with self.places.place():
                entered.set()
                self._leave.wait(LONG)

        self._threads.append(threading.Thread(target=stay, daemon=True))
        self._threads[-1].start()
        return entered

    def close(self) -> None:
        """Let all of them go."""
        self._leave.set()
        for thread in self._threads:
            thread.join(1)


@pytest.fixture
def room() -> Iterator[Room]:
    room = Room(2)
    yield room
    room.close()


def test_no_more_have_a_place_than_there_are(room: Room) -> None:
    entered = [room.come() for _ in range(2)]
    assert all(event.wait(LONG) for event in entered)
    assert not room.come().wait(SHORT)


def test_who_leaves_makes_room(room: Room) -> None:
    with ExitStack() as first:
        first.enter_context(room.places.place())
        assert room.come().wait(LONG)
        third = room.come()
        assert not third.wait(SHORT)
    assert third.wait(LONG)


def test_who_stops_with_an_error_makes_room_too(room: Room) -> None:
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), room.places.place():
            raise ZeroDivisionError
    assert room.come().wait(LONG)


def test_who_sleeps_gives_the_place_away_until_it_wakes_up(room: Room) -> None:
    entered = [room.come() for _ in range(2)]
    assert all(event.wait(LONG) for event in entered)
    third = room.come()
    assert not third.wait(SHORT)
    room.asleep = 1
    assert third.wait(LONG)
    # It goes on at once; the next one waits.
    room.asleep = 0
    assert not room.come().wait(SHORT)
