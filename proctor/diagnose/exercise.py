"""A function with its misconceptions: the right function, and the wrong ones made of it."""

from __future__ import annotations

import copy
import inspect
import itertools
import re
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from .declaration import Case, Conventions, Form, Misconception, Misconceptions
from .outcome import ENDLESS, Outcome, outcome_of, same_failure, same_outcome, with_varying_parts

NO_PLACE = (
    "{name}: neither the reference nor a style holds the old text {old!r}: copy it from the "
    "reference, with its spaces"
)


NO_PROBE = "{name}: the probe stops with {error}"
NO_CASE = "{name}: a case of the probe for {behaviour!r} is no call of the reference: {error}"
WRONG_REFERENCE = "{name}: with a case of the probe for {behaviour!r}, the reference {what}"
NO_FUNCTION = "{name}: the edited reference cannot be run: {error}"
NO_END = (
    "{name}: the edited reference does not end: change the edit, since a student's function that "
    "hangs is never compared with it"
)


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
    made : tuple
        The misconceptions, each with the form in which it is made.
    style : Form or None
    """

    def __init__(
        self,
        exercise: Exercise,
        made: tuple[tuple[Misconception, Form], ...],
        style: Form | None = None,
    ) -> None:
        self.misconceptions = tuple(misconception for misconception, _ in made)
        self.made = made
        self.style = style
        self._exercise = exercise
        # Of a thousand pairs most are told apart by the first case.
        self._outcomes: dict[int, Outcome] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its misconceptions."""
        return tuple(misconception.name for misconception in self.misconceptions)

    @cached_property
    def source(self) -> str:
        """Its source."""
        return self._exercise.edited(*(form for _, form in self.made), style=self.style)

    @cached_property
    def _function(self) -> Callable[..., Any]:
        return self._exercise.function(self.source)

    def outcome(self, number: int) -> Outcome:
        """Return what it does with a case of the probe."""
        if number not in self._outcomes:
            endless = Outcome(raised=ENDLESS) if self.is_endless else None
            self._outcomes[number] = endless or self._outcome(number)
        return self._outcomes[number]

    def _outcome(self, number: int) -> Outcome:
        _, case = self._exercise.probe[number]
        outcome = self._exercise.outcome(case, self._function)
        if "random" in self.source and not outcome.raised:
            outcome = with_varying_parts(outcome, self._exercise.outcome(case, self._function))
        return outcome

    @property
    def is_endless(self) -> bool:
        """Whether it did not end with a case of the probe; then no other is tried."""
        return any(outcome.raised == ENDLESS for outcome in self._outcomes.values())

    @property
    def outcomes(self) -> list[Outcome]:
        """What it does with each case of the probe."""
        return [self.outcome(number) for number in range(len(self._exercise.probe))]

    def explains(self, outcomes: Sequence[Outcome]) -> bool:
        """Say whether these are its outcomes."""
        return all(
            same_outcome(outcome, self.outcome(number)) for number, outcome in enumerate(outcomes)
        )

    def same_cases(self, outcomes: Sequence[Outcome]) -> list[bool]:
        """Say for each case whether the outcome is its."""
        return [
            same_outcome(outcome, self.outcome(number)) for number, outcome in enumerate(outcomes)
        ]

    def same_failures(self, outcomes: Sequence[Outcome]) -> int:
        """Count the cases in which the same step fails on the same sizes."""
        return sum(
            same_failure(outcome, self.outcome(number))
            for number, outcome in enumerate(outcomes)
            if outcome.raised
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
    _pairs: dict[tuple[int, int], Variant | None] = field(default_factory=dict, repr=False)

    @cached_property
    def reference(self) -> Callable[..., Any]:
        """The right function."""
        return self.function(self.source)

    def function(self, source: str, **names: Any) -> Callable[..., Any]:
        """Return the function that an edited reference defines, with other values of names."""
        namespace = {**self.namespace, **names}
        exec(compile(source, f"<{self.declared.name}>", "exec"), namespace)
        function: Any = namespace[self.declared.name]
        function.source = source
        return cast(Callable[..., Any], function)

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

    def watched_helpers(self) -> tuple[dict[str, Callable[..., Any]], list[HelperCall]]:
        """Return the right helpers, by name, and a list in which they note their calls."""
        calls: list[HelperCall] = []

        def recorded(helper: Callable[..., Any]) -> Callable[..., Any]:
            def record(*args: Any, **kwargs: Any) -> Any:
                arguments = arguments_by_name(helper, *copy.deepcopy((args, kwargs)))
                value = helper(*args, **kwargs)
                calls.append(HelperCall(helper, arguments, copy.deepcopy(value)))
                return value

            return record

        return {name: recorded(helper) for name, helper in self.helpers().items()}, calls

    def calls_of_helpers(self, case: Case) -> list[HelperCall]:
        """Return the calls of helpers that the right function makes in a case."""
        helpers, calls = self.watched_helpers()
        self.outcome(case, self.function(self.source, **helpers))
        return calls

    @cached_property
    def usual_calls(self) -> list[HelperCall]:
        """The calls of helpers that the right function makes in the probe."""
        return [call for _, case in self.probe for call in self.calls_of_helpers(case)]

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
        """Every misconception by itself, in each of its forms.

        In another style only what is not the same as in the reference's.
        """
        singles = [Variant(self, (made,)) for made in self._made(self.source)]
        for style in self.declared.styles:
            for made in self._made(self.edited(style)):
                variant = Variant(self, (made,), style)
                usual = next((v for v in singles if v.made == (made,) and v.style is None), None)
                if usual is None or not usual.explains(variant.outcomes):
                    singles.append(variant)
        return singles

    @cached_property
    def kinds_of_failure(self) -> NDArray[np.str_]:
        """For each of `singles` and each case, what fails there; empty if nothing is raised."""
        kinds = [
            [outcome.failure.kind if outcome.raised else "" for outcome in variant.outcomes]
            for variant in self.singles
        ]
        return np.array(kinds)

    @property
    def pairs(self) -> list[Variant]:
        """Every two misconceptions, in their usual forms, whose edits leave each other alone."""
        return self.pairs_among(range(len(self.singles)))

    def pairs_among(self, numbers: Iterable[int]) -> list[Variant]:
        """Return the same of some of `singles`, by their numbers in order."""
        pairs = (self.pair(*two) for two in itertools.combinations(numbers, 2))
        return [pair for pair in pairs if pair is not None]

    def pair(self, first: int, second: int) -> Variant | None:
        """Return the variant that has the misconceptions of two of `singles`.

        None if these are not in their usual forms, or not to be made together.
        """
        if (first, second) not in self._pairs:
            self._pairs[first, second] = self._paired(self.singles[first], self.singles[second])
        return self._pairs[first, second]

    def _paired(self, first: Variant, second: Variant) -> Variant | None:
        """Return a new variant that has the misconceptions of two, or None."""
        made = first.made + second.made
        if first.names == second.names or first.is_endless or second.is_endless:
            return None
        if len({first.style, second.style} - {None}) > 1:
            return None
        style = first.style or second.style
        source = self.edited(style=style)
        if any(_missing(source, form) is not None for _, form in made):
            return None
        if _overlap(source, *(form for _, form in made)):
            return None
        return Variant(self, made, style)

    @cached_property
    def right_cases(self) -> NDArray[np.bool_]:
        """For each of `singles` and each case, whether it is right there."""
        return np.array([variant.same_cases(self.right) for variant in self.singles])

    def edited(self, *forms: Form, style: Form | None = None) -> str:
        """Return the reference with some edits applied, each at every place of its old texts.

        If a style is given, the edits are applied to the reference in that style.
        """
        source = self.source if style is None else _changed(self.source, [style])
        return _changed(source, forms)

    def check(self) -> None:
        """Find an edit whose old text stands nowhere.

        Raises
        ------
        DeclarationError
            If there is one.
        """
        sources = [self.source, *(self.edited(style) for style in self.declared.styles)]
        for edit in self.declared.edits:
            for form in edit.all_forms:
                missing = [_missing(source, form) for source in sources]
                if None not in missing:
                    name = f"{self.declared.name}, {edit.name}"
                    raise DeclarationError(NO_PLACE.format(name=name, old=missing[0]))

    def try_out(self) -> None:
        """Do what grading does with the probe: call the reference, and each edit of it.

        Raises
        ------
        DeclarationError
            If that cannot be done.
        """
        name = self.declared.name
        try:
            probe = self.probe
        except Exception as error:
            raise DeclarationError(NO_PROBE.format(name=name, error=_told(error))) from error
        for (behaviour, case), right in zip(probe, self.right, strict=True):
            try:
                inspect.signature(self.reference).bind(*case.args, **case.kwargs)
            except TypeError as error:
                text = NO_CASE.format(name=name, behaviour=behaviour, error=error)
                raise DeclarationError(text) from error
            if right.raised:
                what = "does not end" if right.raised == ENDLESS else f"stops with {right.raised}"
                text = WRONG_REFERENCE.format(name=name, behaviour=behaviour, what=what)
                raise DeclarationError(text)
        for style in (None, *self.declared.styles):
            for made in self._made(self.edited(style=style)):
                self._try(Variant(self, (made,), style))

    def _try(self, variant: Variant) -> None:
        """Call an edited reference with the probe."""
        name = f"{self.declared.name}, {variant.names[0]}"
        try:
            _ = variant.outcomes
        except Exception as error:
            raise DeclarationError(NO_FUNCTION.format(name=name, error=_told(error))) from error
        if variant.is_endless:
            raise DeclarationError(NO_END.format(name=name))

    def _made(self, source: str) -> list[tuple[Misconception, Form]]:
        """Return the misconceptions, in each form, that can be made of a source."""
        return [
            (edit, form)
            for edit in self.declared.edits
            for form in edit.all_forms
            if _missing(source, form) is None
        ]


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _changed(source: str, forms: Sequence[Form]) -> str:
    """Return a source with some forms' changes, each at every place of its old text."""
    changes = sorted(
        (span, new) for form in forms for old, new in form.changes for span in _spans(source, old)
    )
    parts, position = [], 0
    for (begin, end), new in changes:
        parts += [source[position:begin], new]
        position = end
    return "".join([*parts, source[position:]])


def _overlap(source: str, first: Form, second: Form) -> bool:
    """Say whether two forms change the same text, or text that touches."""
    return any(
        begin <= other_end and other_begin <= end
        for old, _ in first.changes
        for other, _ in second.changes
        for begin, end in _spans(source, old)
        for other_begin, other_end in _spans(source, other)
    )


def _spans(source: str, old: str) -> list[tuple[int, int]]:
    """Return where an old text stands in a source."""
    return [found.span() for found in re.finditer(re.escape(old), source)] if old else []


def _missing(source: str, form: Form) -> str | None:
    """Return an old text of a form that stands nowhere in a source, or None."""
    return next((old for old, _ in form.changes if not _spans(source, old)), None)


def arguments_by_name(
    function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the arguments of a call by their names, however they were given."""
    return dict(inspect.signature(function).bind(*args, **kwargs).arguments)
