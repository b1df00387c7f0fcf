"""How many submissions a worker has in flight; one that sleeps gives its place to another.

Sleeping costs no CPU core, so it need not keep others from theirs. A submission that wakes up goes
on at once: there are then a few more at work than places, until the next one ends. With
`SLEEPERS` asleep, the next ones wait for them, since each may take all of its memory when it wakes
up. A submission may sleep for 60 seconds in all (`sleep_timeout`), so among 200 submissions 50
that do hold up two CPU cores for at most 50 * 60 / 12 seconds, 4 minutes; if they kept their
places for all of their 300 seconds, it would be 50 * 300 / 3 seconds, 83 minutes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PLACES = 3
"""How many submissions a local worker has in flight that do not sleep."""
SLEEPERS = 9
"""How many more, if so many sleep."""
LOOK_SECONDS = 0.2


class Places:
    """The places of one worker for the submissions of one lesson.

    Parameters
    ----------
    asleep : callable
        Returns how many of those that have a place sleep.
    number : int
        How many may have one beside those.
    """

    def __init__(self, asleep: Callable[[], int], number: int = PLACES) -> None:
        self._asleep = asleep
        self._number = number
        self._taken = 0
        self._freed = threading.Condition()

    @contextmanager
    def place(self) -> Iterator[None]:
        """Wait for a place, and have it meanwhile."""
        with self._freed:
            while self._taken - self._asleep() >= self._number:
                self._freed.wait(LOOK_SECONDS)
            self._taken += 1
        try:
            yield
        finally:
            with self._freed:
                self._taken -= 1
                self._freed.notify()
