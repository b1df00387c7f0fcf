"""Why a function lost points: judged on the lesson's probe, after all tests have run.

The student's process is thrown away when this is done, so nothing that the function learns from
the probe, or from right helpers, can earn anything later.
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from ..sandbox.protocol import wire
from ..testing import fresh_rng
from .calls import CallError, Calls, ProcessLostError, StudentCodeError
from .code import find_function, loop_headers
from .declaration import Case
from .exercise import Exercise
from .helpers import Helpers, KnownHelpers, WatchedHelpers
from .kinds import NOT_JUDGED, missing_sentence, nothing_sentence, stopped_sentence
from .locate import STOPS, holds, locate, other_types, when
from .naming import Naming, all_same, name_misconceptions
from .outcome import (
    Outcome,
    Varying,
    looks_right,
    main_result,
    same,
    same_outcome,
    with_varying_parts,
)
from .picture import compare
from .steps import step_sentence
from .unnamed import describe_outcomes

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

TOGETHER = "Two things come together:"
HELPER = (
    "{name} itself does what these tests ask for: with a correct {helpers} in place of yours it "
    "passes them. The error is there and costs points there only; these points are yours."
)
NOT_TRIED = (
    "It is not known whether {name} itself has a mistake: it could not be tried with a correct "
    "{helpers} in place of yours. Correct yours first."
)
HELPER_TOO = "In addition, your {helpers} {are} wrong, which costs nothing here."
UNNAMED = "On our small examples it is wrong as well; compare one of them by hand."
# Of results that are no arrays and too long to show.
UNNAMED_UNSHOWN = (
    "On our small examples it is wrong as well; call it with some of your own, and look at what "
    "comes back."
)
NOT_ON_PROBE = (
    "On our small examples {name} does what it should. Something is different in the call of the "
    "failed test: look for sizes that your code takes for granted, and for the kind of numbers."
)
# Of a function of texts: nothing is said of sizes.
NOT_ON_PROBE_OF_TEXT = (
    "On our small examples {name} does what it should. Something is different in the call of the "
    "failed test: look for what your code takes for granted of its arguments."
)
SLOW = "On our small examples {name} gives the right result; what it takes too much of is time."
LOOP_LEFT = " There is a loop in it: {loop!r}."
SLOW_HELPER = " Most of the time goes into your {helper}."
VARIES = (
    "With the same arguments it gives another result each time: something in it is random. "
    "Is it an array that starts from np.empty, or a generator that is made without a seed?"
)


class NotTriedError(Exception):
    """A function stops at a call of a helper that could not be answered."""


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
    source : str
        Of the function's own cell.
    """

    behaviours: tuple[str, ...]
    wrong_helpers: tuple[str, ...] = ()
    cell_error: tuple[str, str, str] | None = None
    source: str = ""


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
    unnamed : dict
        What the author should see of a mistake that nobody knew yet; see
        `proctor.diagnose.unnamed.describe_outcomes`. Empty if the cause is known.
    """

    sentences: list[str] = field(default_factory=list)
    intro: str = ""
    names: list[str] = field(default_factory=list)
    kept: tuple[str, ...] = ()
    comparison: dict[str, Any] = field(default_factory=dict)
    unnamed: dict[str, Any] = field(default_factory=dict)


class Judge:
    """Judges one function of one submission.

    Parameters
    ----------
    exercise : Exercise
    loss : Loss
    calls : Calls
        The student's functions.
    seconds_left : callable
        Returns how many seconds are left: no call is begun when there are none.
    """

    def __init__(
        self,
        exercise: Exercise,
        loss: Loss,
        calls: Calls,
        seconds_left: Callable[[], float],
    ) -> None:
        self._exercise = exercise
        self._name = exercise.declared.name
        self._loss = loss
        self._calls = calls
        self._seconds_left = seconds_left
        self._called_helpers = 0
        # The behaviours that it has with right helpers, as far as that is known.
        self._kept: list[str] = []

    def explain(self) -> Explanation:
        """Say why the function lost what it lost."""
        try:
            if self._calls.kinds([self._name], as_tested=True)[self._name] != "callable":
                return Explanation([missing_sentence(self._name, self._loss.cell_error)])
            # Before the probe, from which the function might learn.
            if self._loss.wrong_helpers:
                self._look_with_right_helpers()
            explanation = self._describe(tuple(self._kept))
        except NotTriedError:
            helpers = " and ".join(self._loss.wrong_helpers)
            explanation = Explanation([NOT_TRIED.format(name=self._name, helpers=helpers)])
        except CallError as error:
            explanation = Explanation([str(error)])
        except TimeoutError:
            explanation = Explanation([NOT_JUDGED.format(name=self._name)])
        # One that hangs costs itself and those after it.
        explanation.kept = tuple(self._kept)
        return explanation

    def _describe(self, kept: tuple[str, ...]) -> Explanation:
        """Put into words what the function does with the probe, unless only a helper is wrong."""
        helpers = " and ".join(self._loss.wrong_helpers)
        left = [behaviour for behaviour in self._loss.behaviours if behaviour not in kept]
        if not left:
            return Explanation([HELPER.format(name=self._name, helpers=helpers)])
        outcomes = self._outcomes()
        naming = name_misconceptions(self._exercise, outcomes)
        # Without a name, the sentences are about an exception, and so should the example be.
        stopped_first = not naming.misconceptions and any(outcome.raised for outcome in outcomes)
        explanation = Explanation(
            [misconception.sentence for misconception in naming.misconceptions],
            intro=_intro(naming),
            names=[misconception.name for misconception in naming.misconceptions],
            comparison=compare(self._exercise, outcomes, left, stopped_first),
        )
        if not explanation.sentences:
            known = self._known(outcomes, left)
            explanation.sentences += known or self._unnamed(outcomes, bool(explanation.comparison))
            if not known:
                explanation.unnamed = describe_outcomes(self._exercise, outcomes)
        if kept:
            are = "is" if len(self._loss.wrong_helpers) == 1 else "are"
            explanation.sentences.append(HELPER_TOO.format(helpers=helpers, are=are))
        return explanation

    def _outcomes(self) -> list[Outcome]:
        """Call the student's function with the probe, and again if it gives something random."""
        probe = self._exercise.probe
        outcomes = [self._outcome(case) for _, case in probe]
        for (_, case), outcome, right in zip(probe, outcomes, self._exercise.right, strict=True):
            if not outcome.raised and not same_outcome(outcome, right):
                # It is enough to look at one: what is random is so in every case.
                if same_outcome(self._outcome(case), outcome):
                    return outcomes
                break
        else:
            return outcomes
        again = [self._outcome(case) for _, case in probe]
        return list(map(with_varying_parts, outcomes, again))

    def _known(self, outcomes: list[Outcome], left: list[str]) -> list[str]:
        """Say why a function is wrong that is not solved, returns nothing, or is only slow."""
        exercise, code = self._exercise, find_function(self._loss.source, self._name)
        stopped = [outcome for outcome in outcomes if outcome.raised]
        if stopped:
            unsolved = stopped[0].raised.startswith("NotImplementedError")
            return self._stopped(outcomes, code) if unsolved else []
        nothing = nothing_sentence(self._name, outcomes, code)
        if nothing:
            return [nothing]
        if set(left) <= set(exercise.declared.timed) and all_same(outcomes, exercise.right):
            loops = loop_headers(code, self._loss.source) if code is not None else []
            where = LOOP_LEFT.format(loop=loops[0]) if loops else self._slow_helper(left[0])
            return [SLOW.format(name=self._name) + where]
        return []

    def _slow_helper(self, behaviour: str) -> str:
        """Say which of the student's own helpers takes most of a slow function's time, if one does.

        The function is timed as it is, and with one helper after the other answered from here.
        """
        exercise = self._exercise
        case, _ = exercise.declared.timed[behaviour](fresh_rng(f"{self._name}-timed"))
        calls, right = exercise.calls_of_helpers(case), exercise.helpers()
        times = {}
        for name in ("", *right):
            helpers = KnownHelpers({name: right[name]} if name else {}, calls)
            outcome, seconds = self._outcome_with(case, helpers, TIMED_LIMITS, timed=True)
            if outcome.raised:
                return ""
            # One that keeps its answers is fast the second time, without asking for a helper.
            if helpers.called or not name:
                times[name] = seconds
        fastest = min(times, key=lambda name: times[name])
        return SLOW_HELPER.format(helper=fastest) if times[fastest] < times[""] / 2 else ""

    def _unnamed(self, outcomes: list[Outcome], shown: bool) -> list[str]:
        """Say what is known of a function that makes none of the declared mistakes.

        `shown` says whether the page shows one of the small examples.
        """
        exercise = self._exercise
        if any(outcome.raised for outcome in outcomes):
            return self._stopped(outcomes, find_function(self._loss.source, self._name))
        if all_same(outcomes, exercise.right):
            return other_types(exercise, outcomes) or [self._not_on_probe()]
        if any(_varies(outcome.result) for outcome in outcomes):
            return [VARIES]
        sentences = [*locate(exercise, outcomes), *self._step(outcomes)]
        return sentences or [UNNAMED if shown else UNNAMED_UNSHOWN]

    def _not_on_probe(self) -> str:
        """Say that nothing is wrong on the probe."""
        values = [case.args + tuple(case.kwargs.values()) for _, case in self._exercise.probe]
        values += [right.result for right in self._exercise.right]
        of_text = holds(values, str | bytes) and not holds(values, np.ndarray)
        return (NOT_ON_PROBE_OF_TEXT if of_text else NOT_ON_PROBE).format(name=self._name)

    def _stopped(self, outcomes: list[Outcome], code: ast.FunctionDef | None) -> list[str]:
        """Say what a function stops with, and when; or that what it returns is no value."""
        stopped = [outcome for outcome in outcomes if outcome.raised]
        if stopped[0].unfit:
            return [stopped[0].raised]
        hints = self._exercise.conventions.hints
        sentence = stopped_sentence(self._name, stopped[0], hints, code)
        alike = len({outcome.failure.kind for outcome in stopped}) == 1
        return [sentence, *(when(self._exercise, outcomes, STOPS) if alike else [])]

    def _step(self, outcomes: list[Outcome]) -> list[str]:
        """Say which call of a helper goes wrong in the first case that does."""
        exercise = self._exercise
        if not exercise.declared.helpers:
            return []
        for (_, case), outcome, right in zip(exercise.probe, outcomes, exercise.right, strict=True):
            if not same(outcome.result, right.result):
                usual, room = exercise.usual_calls, exercise.conventions.room
                watched = WatchedHelpers(exercise.helpers(), room, usual)
                self._outcome_with(case, watched, LIMITS)
                sentence = step_sentence(watched.calls, exercise.calls_of_helpers(case))
                return [sentence] if sentence else []
        return []

    def _look_with_right_helpers(self) -> None:
        """Find the behaviours that the function has as soon as its helpers are right.

        Judged on fresh numbers, since what the right function returns may be known from earlier.
        """
        cases = self._exercise.cases(fresh_rng(f"{self._name}-kept"))
        others = self._exercise.cases(fresh_rng(f"{self._name}-kept-others"))
        for behaviour in self._loss.behaviours:
            self._called_helpers, right = 0, False
            if behaviour in self._exercise.declared.timed:
                right = self._is_fast(behaviour)
            else:
                with suppress(NotTriedError):
                    right = all(
                        self._is_right(case, other)
                        for (name, case), (_, other) in zip(cases, others, strict=True)
                        if name == behaviour
                    )
            # Whoever does not ask for a helper was not led astray by one.
            if right and self._called_helpers:
                self._kept.append(behaviour)

    def _is_fast(self, behaviour: str) -> bool:
        """Say whether the function, with right helpers, is fast enough, and right."""
        exercise = self._exercise
        case, limit = exercise.declared.timed[behaviour](fresh_rng(f"{self._name}-timed"))
        calls, right = exercise.calls_of_helpers(case), exercise.outcome(case)
        spent = 0.0
        for _ in range(TRIES):
            helpers = KnownHelpers(exercise.helpers(), calls)
            outcome, seconds = self._outcome_with(case, helpers, TIMED_LIMITS, timed=True)
            if not looks_right(outcome, right, case.look):
                return False
            if seconds <= limit:
                return True
            spent += seconds
            if spent > LONGEST_TRIES:
                break
        return False

    def _is_right(self, case: Case, other: Case) -> bool:
        """Say whether the function does in a case what its behaviour is about.

        A behaviour may be about the cache alone. Then the output need not be right, but it has to
        depend on the arguments, as the test asks for, too: a constant keeps its arguments as they
        are, and earns nothing by that. `other` is the same call with other numbers.
        """
        outcome, right = self._outcome(case), self._exercise.outcome(case)
        if not looks_right(outcome, right, case.look):
            return False
        output, right_output = main_result(outcome.result), main_result(right.result)
        if same(output, right_output):
            return True
        if same(main_result(self._exercise.outcome(other).result), right_output):
            return False
        return not same(main_result(self._outcome(other).result), output)

    def _outcome(self, case: Case) -> Outcome:
        """Call the student's function, with right helpers if its own are wrong.

        Raises
        ------
        NotTriedError
            If it stops where it calls one, which may be no mistake.
        """
        functions = self._exercise.helpers() if self._loss.wrong_helpers else {}
        helpers = self._helpers(functions)
        outcome, _ = self._outcome_with(case, helpers, LIMITS)
        if outcome.raised and helpers.refused:
            raise NotTriedError
        return outcome

    def _helpers(self, functions: Mapping[str, Callable[..., Any]]) -> Helpers:
        """Return helpers that take what belongs to the exercise."""
        usual = self._exercise.usual_calls if functions else []
        return Helpers(functions, self._exercise.conventions.room, usual)

    def _outcome_with(
        self, case: Case, helpers: Helpers, limits: wire.WireLimits, timed: bool = False
    ) -> tuple[Outcome, float]:
        """Call the student's function; return what came of it and, if timed, its seconds.

        To measure a call takes longer than most calls.
        """
        if self._seconds_left() <= 0:
            raise TimeoutError
        args, kwargs = case.copy()
        call = partial(self._calls.call, self._name, args, kwargs, helpers, limits, True)
        try:
            result, seconds = self._calls.timed(call, helpers) if timed else (call(), 0.0)
        except StudentCodeError as error:
            return Outcome(raised=error.raised, line=error.line), 0
        except ProcessLostError:
            raise
        except CallError as error:
            return Outcome(raised=str(error), unfit=True), 0
        self._called_helpers += helpers.called
        return Outcome(result, args), seconds


def _intro(naming: Naming) -> str:
    """Introduce more than one misconception."""
    if len(naming.misconceptions) < 2:
        return ""
    return TOGETHER if naming.certain else "Look for one or more of these:"


def _varies(result: Any) -> bool:
    """Say whether a part of a result differs from call to call."""
    if isinstance(result, tuple | list):
        return any(map(_varies, result))
    return isinstance(result, Varying)
