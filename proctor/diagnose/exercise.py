"""A function with its misconceptions: the right function, and the wrong ones made of it."""

from __future__ import annotations

import copy
import inspect
import itertools
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from .declaration import Case, Conventions, Misconception, Misconceptions
from .outcome import Outcome, outcome_of, same_outcome

NO_PLACE = "{name}: the reference does not hold the old text {old!r}"


class DeclarationError(ValueError):
    """What an author has declared makes no sense; the text says where and why."""


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
    namespace : mapping
        What the reference may use: all names of misconceptions.py.
    conventions : Conventions
    """

    declared: Misconceptions
    source: str
    namespace: Mapping[str, Any] = field(repr=False)
    conventions: Conventions = field(default_factory=Conventions)

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
            name = f"{self.declared.name}, {edit.name}"
            raise DeclarationError(NO_PLACE.format(name=name, old=edit.old))
        return spans


def arguments_by_name(
    function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the arguments of a call by their names, however they were given."""
    return dict(inspect.signature(function).bind(*args, **kwargs).arguments)
