"""Misconceptions: what a lesson's author declares, and the wrong functions made of it.

The hidden part of one test cell of a function holds a second function, ``misconceptions``. It
returns a `Misconceptions`: a readable reference, a probe, and edits that turn the reference into
what students write by mistake. Plain nbgrader never calls it; the examiner does, once a run.
"""

from __future__ import annotations

import ast
import copy
import inspect
import itertools
import textwrap
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np

from .outcome import Outcome, outcome_of, same_outcome, whole

DECLARATION = "misconceptions"

NOT_A_DECLARATION = "{cell}: misconceptions() does not return a Misconceptions"
NO_SOURCE = "{cell}: misconceptions() does not define the reference {name}"
NO_HELPER = "{name}: its helper {helper} has no misconceptions, and so no reference"
NO_PLACE = "{name}: the reference does not hold the old text of {misconception}: {old!r}"


class Case:
    """A small call that shows whether a function has a behaviour.

    Parameters
    ----------
    *args, **kwargs
        The call's arguments. Keep them tiny: each student who fails is called with them.
    look : callable, optional
        What of the outcome the behaviour is about: ``look(result, arguments)``, where `arguments`
        are those of the call, afterwards. The result itself if left out. A result of None, or an
        error that `look` raises, counts as wrong.

    Examples
    --------
    >>> shape = Case(np.ones((1, 2, 3, 1)), 1, look=lambda X_pad, arguments: np.shape(X_pad))
    """

    def __init__(self, *args: Any, look: Callable[[Any, Any], Any] = whole, **kwargs: Any) -> None:
        self.args = args
        self.kwargs = kwargs
        self.look = look

    def copy(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return the arguments for a function that may change them."""
        return copy.deepcopy(self.args), copy.deepcopy(self.kwargs)


@dataclass(frozen=True)
class Misconception:
    """One way to be wrong, as an edit of the reference.

    Attributes
    ----------
    name : str
        Short, for tests and reports, such as ``"bias_in_sum"``.
    old, new : str
        What is replaced in the reference, at every place where it stands, and by what.
    fails : tuple of str
        The behaviours that it loses: all of them and no others.
    sentence : str
        What the student reads: what the code does, and what it should do instead. Neither the
        line of the solution nor an expected value.
    """

    name: str
    old: str
    new: str
    fails: tuple[str, ...]
    sentence: str


Probe = Callable[[np.random.Generator], Mapping[str, Case | list[Case]]]
Timing = Callable[[np.random.Generator], tuple[Case, float]]


class Misconceptions:
    """What is declared for one function of a lesson.

    Parameters
    ----------
    reference : callable
        The right function, written for reading. It may use the names of the lesson's `imports`
        cell and the helpers, nothing else.
    probe : callable
        ``probe(rng)`` returns the cases of each behaviour, by its name. The probe tells the
        misconceptions apart; a behaviour's own cases decide whether it is kept when only a
        helper is wrong.
    *edits : Misconception
    helpers : tuple of str
        The lesson's earlier exercises that the function calls.
    timed : dict
        For each behaviour that is about time, ``timing(rng)`` by its name: it returns a case that
        takes long enough to be measured, with whole numbers, so that all ways to compute it give
        the same, and how many seconds the function may work on it.
    """

    def __init__(
        self,
        reference: Callable[..., Any],
        probe: Probe,
        *edits: Misconception,
        helpers: tuple[str, ...] = (),
        timed: Mapping[str, Timing] = MappingProxyType({}),
    ) -> None:
        self.name = reference.__name__
        self.probe = probe
        self.edits = edits
        self.helpers = helpers
        self.timed = timed


@dataclass(frozen=True)
class HelperCall:
    """One call of a helper: its arguments by their names, as they were, and what it returned."""

    function: Callable[..., Any]
    arguments: dict[str, Any]
    value: Any


class Variant:
    """A wrong function, and what it does with the probe, case by case and each once.

    Attributes
    ----------
    misconceptions : tuple of Misconception
        Those that it has.
    source : str
    """

    def __init__(self, exercise: Exercise, misconceptions: tuple[Misconception, ...]) -> None:
        self.misconceptions = misconceptions
        self.source = exercise.edited(*misconceptions)
        self._exercise = exercise
        # Of a thousand pairs most are told apart by the first case.
        self._outcomes: dict[int, Outcome] = {}

    @cached_property
    def _function(self) -> Callable[..., Any]:
        return self._exercise.function(self.source)

    def outcome(self, number: int) -> Outcome:
        """Return what it does with a case of the probe."""
        if number not in self._outcomes:
            _, case = self._exercise.probe[number]
            self._outcomes[number] = self._exercise.outcome(case, self._function)
        return self._outcomes[number]

    @property
    def outcomes(self) -> list[Outcome]:
        """What it does with each case of the probe."""
        return [self.outcome(number) for number in range(len(self._exercise.probe))]

    def explains(self, outcomes: Sequence[Outcome]) -> bool:
        """Say whether these are its outcomes."""
        return all(
            same_outcome(outcome, self.outcome(number)) for number, outcome in enumerate(outcomes)
        )


@dataclass
class Exercise:
    """A function with its misconceptions, ready to be compared with.

    Attributes
    ----------
    declared : Misconceptions
    source : str
        Of the reference.
    namespace : dict
        What the reference may use: the names of `imports`, and the helpers' references.
    """

    declared: Misconceptions
    source: str
    namespace: dict[str, Any] = field(repr=False)

    @cached_property
    def reference(self) -> Callable[..., Any]:
        """The right function."""
        return self.function(self.source)

    def function(self, source: str, **names: Any) -> Callable[..., Any]:
        """Return the function that an edited reference defines, with other values of names."""
        namespace = {**self.namespace, **names}
        exec(compile(source, f"<{self.declared.name}>", "exec"), namespace)
        function: Callable[..., Any] = namespace[self.declared.name]
        return function

    def cases(self, rng: np.random.Generator) -> list[tuple[str, Case]]:
        """Return the probe as (behaviour, case) pairs."""
        return [
            (behaviour, case)
            for behaviour, cases in self.declared.probe(rng).items()
            for case in (cases if isinstance(cases, list) else [cases])
        ]

    @cached_property
    def probe(self) -> list[tuple[str, Case]]:
        """The cases by which misconceptions are told apart; the same in every run."""
        return self.cases(np.random.default_rng(0))

    def helpers(self) -> dict[str, Callable[..., Any]]:
        """Return the right helpers, by name."""
        return {name: self.namespace[name] for name in self.declared.helpers}

    def calls_of_helpers(self, case: Case) -> list[HelperCall]:
        """Return the calls of helpers that the right function makes in a case."""
        calls: list[HelperCall] = []

        def recorded(helper: Callable[..., Any]) -> Callable[..., Any]:
            def record(*args: Any, **kwargs: Any) -> Any:
                arguments = arguments_by_name(helper, *copy.deepcopy((args, kwargs)))
                value = helper(*args, **kwargs)
                calls.append(HelperCall(helper, arguments, copy.deepcopy(value)))
                return value

            return record

        helpers = {name: recorded(helper) for name, helper in self.helpers().items()}
        self.outcome(case, self.function(self.source, **helpers))
        return calls

    def outcome(self, case: Case, function: Callable[..., Any] | None = None) -> Outcome:
        """Return what a function on this side of the wall does with a case: what is right."""
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return outcome_of(function or self.reference, *case.copy())

    @cached_property
    def right(self) -> list[Outcome]:
        """What the reference does with the probe."""
        return [self.outcome(case) for _, case in self.probe]

    @cached_property
    def singles(self) -> list[Variant]:
        """Every misconception by itself."""
        return [Variant(self, (edit,)) for edit in self.declared.edits]

    @cached_property
    def pairs(self) -> list[Variant]:
        """Every two misconceptions whose edits leave each other alone."""
        pairs = itertools.combinations(self.declared.edits, 2)
        return [Variant(self, pair) for pair in pairs if not self._overlap(*pair)]

    def edited(self, *edits: Misconception) -> str:
        """Return the reference with some edits applied, each at every place of its old text."""
        changes = sorted((span, edit.new) for edit in edits for span in self._spans(edit))
        parts, position = [], 0
        for (begin, end), new in changes:
            parts += [self.source[position:begin], new]
            position = end
        return "".join([*parts, self.source[position:]])

    def _overlap(self, first: Misconception, second: Misconception) -> bool:
        """Say whether two edits change the same text, or text that touches."""
        return any(
            begin <= other_end and other_begin <= end
            for begin, end in self._spans(first)
            for other_begin, other_end in self._spans(second)
        )

    def _spans(self, edit: Misconception) -> list[tuple[int, int]]:
        """Return where an edit's old text stands in the reference."""
        spans, begin = [], self.source.find(edit.old)
        while begin >= 0:
            spans.append((begin, begin + len(edit.old)))
            begin = self.source.find(edit.old, spans[-1][1])
        if not edit.old or not spans:
            text = NO_PLACE.format(name=self.declared.name, misconception=edit.name, old=edit.old)
            raise ValueError(text)
        return spans


def arguments_by_name(
    function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the arguments of a call by their names, however they were given."""
    return dict(inspect.signature(function).bind(*args, **kwargs).arguments)


def read_exercises(tests: Mapping[str, str], namespace: Mapping[str, Any]) -> dict[str, Exercise]:
    """Collect what the test cells of a lesson declare.

    Parameters
    ----------
    tests : mapping
        Sources of the lesson's graded cells, by `grade_id`, in the notebook's order.
    namespace : mapping
        The names of its `imports` cell.

    Returns
    -------
    dict
        The exercises by the name of their function.

    Raises
    ------
    ValueError
        If a declaration is none, or has no reference, or names a helper that has none.
    """
    exercises: dict[str, Exercise] = {}
    for cell, source in tests.items():
        if f"def {DECLARATION}(" in source:
            for declaration in declarations(source):
                exercise = _read(cell, source, declaration, namespace)
                exercises[exercise.declared.name] = exercise
    for name, exercise in exercises.items():
        for helper in exercise.declared.helpers:
            if helper not in exercises:
                raise ValueError(NO_HELPER.format(name=name, helper=helper))
            exercise.namespace[helper] = exercises[helper].reference
    return exercises


def declarations(source: str) -> Iterator[ast.FunctionDef]:
    """Find the declarations in a test cell."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name == DECLARATION:
            yield node


def _read(
    cell: str, source: str, declaration: ast.FunctionDef, namespace: Mapping[str, Any]
) -> Exercise:
    """Call one declaration and find the text of its reference."""
    names = dict(namespace)
    exec(compile(ast.Module([declaration], []), f"<{cell}>", "exec"), names)
    declared = names[DECLARATION]()
    if not isinstance(declared, Misconceptions):
        raise ValueError(NOT_A_DECLARATION.format(cell=cell))
    for node in declaration.body:
        if isinstance(node, ast.FunctionDef) and node.name == declared.name:
            lines = source.splitlines()[node.lineno - 1 : node.end_lineno]
            return Exercise(declared, textwrap.dedent("\n".join(lines)) + "\n", dict(namespace))
    raise ValueError(NO_SOURCE.format(cell=cell, name=declared.name))
