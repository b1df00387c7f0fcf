"""Why a function lost points: judged on the lesson's probe, after all tests have run.

The student's process is thrown away when this is done, so nothing that the function learns from
the probe, or from right helpers, can earn anything later.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..examine.calls import CallError, ProcessLostError, StudentCalls, StudentCodeError
from ..sandbox.protocol import wire
from ..testing import fresh_rng, seeded
from .declaration import Case
from .exercise import Exercise
from .helpers import Helpers, KnownHelpers
from .kinds import NOT_JUDGED, kind_sentence, missing_sentence
from .naming import Naming, name_misconceptions
from .outcome import Outcome, looks_right, main_result, same
from .picture import compare

# What comes back is compared with a thousand models, each time as one array: 35 seconds for what
# the wire's own limits allow.
LIMITS = wire.WireLimits(
    total_bytes=1_000_000,
    spread=4_000_000,
    nodes=5_000,
    keys=500,
    buffers=500,
    characters=100_000,
)
# Of a case that takes a while.
TIMED_LIMITS = dataclasses.replace(LIMITS, total_bytes=4_000_000)
TRIES = 10
LONGEST_TRIES = 1.0

HELPER = (
    "{name} itself does what these tests ask for: with a correct {helpers} in place of yours it "
    "passes them. The error is there and costs points there only; these points are yours."
)
HELPER_TOO = "In addition, your {helpers} is wrong, which costs nothing here."
UNNAMED = "It is wrong on our small example as well; compare the two by hand."
NOT_ON_PROBE = (
    "On our small example the result is right, so look at what is special about the call above: "
    "sizes that are hard-coded, a data type, or how long it takes."
)


@dataclass(frozen=True)
class Loss:
    """What a function lost.

    Attributes
    ----------
    behaviours : tuple of str
    wrong_helpers : tuple of str
        Those of its helpers that lost behaviours, too.
    cell_error : tuple of str
        Kind, message and line of the error that the function's own cell stopped with, if it did.
    """

    behaviours: tuple[str, ...]
    wrong_helpers: tuple[str, ...] = ()
    cell_error: tuple[str, str, str] | None = None


@dataclass
class Explanation:
    """What the student reads about a function that lost something.

    Attributes
    ----------
    sentences : list of str
        What went wrong.
    intro : str
        What comes before the sentences, if there are several.
    names : list of str
        The misconceptions.
    kept : tuple of str
        Behaviours that only a helper spoiled: they keep their points.
    comparison : dict
        The small example; see `proctor.diagnose.picture.compare`.
    """

    sentences: list[str] = field(default_factory=list)
    intro: str = ""
    names: list[str] = field(default_factory=list)
    kept: tuple[str, ...] = ()
    comparison: dict[str, Any] = field(default_factory=dict)


class Judge:
    """Judges one function of one submission.

    Parameters
    ----------
    exercise : Exercise
    loss : Loss
    calls : StudentCalls
        The student's functions.
    seconds_left : callable
        Returns how many seconds are left: no call is begun when there are none.
    """

    def __init__(
        self,
        exercise: Exercise,
        loss: Loss,
        calls: StudentCalls,
        seconds_left: Callable[[], float],
    ) -> None:
        self._exercise = exercise
        self._name = exercise.declared.name
        self._loss = loss
        self._calls = calls
        self._seconds_left = seconds_left
        self._called_helpers = 0

    def explain(self, seed: str) -> Explanation:
        """Say why the function lost what it lost.

        Parameters
        ----------
        seed : str
            Seed of the submission's fresh inputs.
        """
        kept: tuple[str, ...] = ()
        try:
            if self._calls.kinds([self._name])[self._name] != "callable":
                return Explanation([missing_sentence(self._name, self._loss.cell_error)])
            # Before the probe, from which the function might learn.
            kept = self._kept(seed) if self._loss.wrong_helpers else ()
            explanation = self._describe(kept)
        except CallError as error:
            explanation = Explanation([str(error)])
        except TimeoutError:
            explanation = Explanation([NOT_JUDGED.format(name=self._name)])
        explanation.kept = kept
        return explanation

    def _describe(self, kept: tuple[str, ...]) -> Explanation:
        """Put into words what the function does with the probe, unless only a helper is wrong."""
        helpers = " and ".join(self._loss.wrong_helpers)
        left = [behaviour for behaviour in self._loss.behaviours if behaviour not in kept]
        if not left:
            return Explanation([HELPER.format(name=self._name, helpers=helpers)])
        outcomes = [self._outcome(case) for _, case in self._exercise.probe]
        naming = name_misconceptions(self._exercise, outcomes)
        explanation = Explanation(
            [misconception.sentence for misconception in naming.misconceptions],
            intro=_intro(naming),
            names=[misconception.name for misconception in naming.misconceptions],
            comparison=compare(self._exercise, outcomes, left),
        )
        if not explanation.sentences:
            wrong = bool(explanation.comparison)
            sentence = kind_sentence(self._name, outcomes, self._exercise.conventions.hints)
            explanation.sentences.append(sentence or (UNNAMED if wrong else NOT_ON_PROBE))
        if kept:
            explanation.sentences.append(HELPER_TOO.format(helpers=helpers))
        return explanation

    def _kept(self, seed: str) -> tuple[str, ...]:
        """Return the behaviours that the function has as soon as its helpers are right.

        Judged on fresh numbers, since what the right function returns may be known from earlier.
        """
        with seeded(seed):
            cases = self._exercise.cases(fresh_rng(f"{self._name}-kept"))
        kept = []
        for behaviour in self._loss.behaviours:
            self._called_helpers = 0
            if behaviour in self._exercise.declared.timed:
                right = self._is_fast(behaviour, seed)
            else:
                right = all(self._is_right(case) for name, case in cases if name == behaviour)
            # Whoever does not ask for a helper was not led astray by one.
            if right and self._called_helpers:
                kept.append(behaviour)
        return tuple(kept)

    def _is_fast(self, behaviour: str, seed: str) -> bool:
        """Say whether the function, with right helpers, is fast enough, and right."""
        exercise = self._exercise
        with seeded(seed):
            case, limit = exercise.declared.timed[behaviour](fresh_rng(f"{self._name}-timed"))
        calls, right = exercise.calls_of_helpers(case), exercise.outcome(case)
        spent = 0.0
        for _ in range(TRIES):
            helpers = KnownHelpers(exercise.helpers(), calls)
            outcome, seconds = self._timed_outcome(case, helpers, TIMED_LIMITS)
            if not looks_right(outcome, right, case.look):
                return False
            if seconds <= limit:
                return True
            spent += seconds
            if spent > LONGEST_TRIES:
                break
        return False

    def _is_right(self, case: Case) -> bool:
        """Say whether the function does in a case what its behaviour is about.

        The output has to be right, too, even if the behaviour is about the cache: a constant
        keeps its arguments as they are, and earns nothing by that.
        """
        outcome, right = self._outcome(case), self._exercise.outcome(case)
        return looks_right(outcome, right, case.look) and same(
            main_result(outcome.result), main_result(right.result)
        )

    def _outcome(self, case: Case) -> Outcome:
        """Call the student's function, with right helpers if its own are wrong."""
        helpers = None
        if self._loss.wrong_helpers:
            room = self._exercise.conventions.room
            helpers = Helpers(self._exercise.helpers(), room)
        return self._timed_outcome(case, helpers, LIMITS)[0]

    def _timed_outcome(
        self, case: Case, helpers: Helpers | None, limits: wire.WireLimits
    ) -> tuple[Outcome, float]:
        """Call the student's function; return what came of it, and how long it took in seconds."""
        if self._seconds_left() <= 0:
            raise TimeoutError
        args, kwargs = case.copy()
        try:
            result, seconds = self._calls.timed_call(
                self._name, args, kwargs, helpers, limits, afterwards=True
            )
        except StudentCodeError as error:
            return Outcome(raised=error.raised, line=error.line), 0
        except ProcessLostError:
            raise
        except CallError as error:
            return Outcome(raised=str(error)), 0
        if helpers is not None:
            self._called_helpers += helpers.called
        return Outcome(result, args), seconds


def _intro(naming: Naming) -> str:
    """Introduce more than one misconception."""
    if len(naming.misconceptions) < 2:
        return ""
    return "Two things come together:" if naming.certain else "Look for one or more of these:"
