"""The gate for what a student reads: every sentence is one that is known here, and true.

The facts are what the student's function does with the probe, computed anew and in this process,
since what is checked here is written by ourselves.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from proctor.diagnose.code import find_function, returned_names
from proctor.diagnose.exercise import Exercise
from proctor.diagnose.naming import all_same
from proctor.diagnose.outcome import Outcome, Varying, looks_right, main_result, numbers, same


@dataclass(frozen=True)
class Read:
    """What a student reads about a function, and what there is to know of it.

    Attributes
    ----------
    exercise : Exercise
    facts : dict
        What the grader has left for the feedback page.
    lost : set of str
        The behaviours.
    outcomes : sequence of Outcome
        Of the probe; empty if there is no function.
    source : str
        The student's cell.
    wrong : set of str
        The functions of this submission that lost something.
    """

    exercise: Exercise
    facts: Mapping[str, Any]
    lost: set[str]
    outcomes: Sequence[Outcome]
    source: str
    wrong: set[str] = field(default_factory=set)

    @property
    def right(self) -> Sequence[Outcome]:
        """What is right."""
        return self.exercise.right

    @property
    def results(self) -> list[Any]:
        """What was returned."""
        return [outcome.result for outcome in self.outcomes if not outcome.raised]

    def part(self, name: str) -> list[tuple[Any, Any]]:
        """Return yours and the right one of a part of the result, case by case."""
        both = [
            (outcome.result, right.result)
            for outcome, right in zip(self.outcomes, self.right, strict=True)
            if not outcome.raised
        ]
        if name.lower() == "the result":
            return both
        function = find_function(self.exercise.source, self.exercise.declared.name)
        assert function is not None
        number = returned_names(function).index(name)
        return [(yours[number], right[number]) for yours, right in both]


def outcomes_of(exercise: Exercise, answers: Mapping[str, str]) -> list[Outcome]:
    """Return what a student's function does with the probe, with right helpers; empty if none.

    Its cells are run in order, as far as they go. A part that is random is marked as such.
    """
    names = dict(exercise.namespace)
    names.pop(exercise.declared.name)
    for source in answers.values():
        try:
            exec(compile(source, "<answer>", "exec"), names)
        except Exception:
            continue
    function = names.get(exercise.declared.name)
    names.update(exercise.helpers())
    if not callable(function):
        return []
    found = []
    for _, case in exercise.probe:
        first, second = (exercise.outcome(case, function) for _ in range(2))
        found.append(_marked(first, second))
    return found


def _marked(first: Outcome, second: Outcome) -> Outcome:
    """Return an outcome whose random parts are marked."""
    parts = isinstance(first.result, tuple) and isinstance(second.result, tuple)
    if parts and not same(first.result, second.result):
        both = zip(first.result, second.result, strict=True)
        marked = tuple(a if same(a, b) else Varying(np.shape(a)) for a, b in both)
        return Outcome(marked, first.arguments)
    plain = not first.raised and numbers(first.result) is not None
    if plain and not same(first.result, second.result):
        return Outcome(Varying(np.shape(first.result)), first.arguments)
    return first


# ------------------------------------------------------------------- sentences and their facts


def _right_everywhere(read: Read) -> bool:
    return all_same(read.outcomes, read.right)


def _only_slow(read: Read) -> bool:
    return _right_everywhere(read) and read.lost <= set(read.exercise.declared.timed)


def _loop(read: Read, header: str) -> bool:
    return _only_slow(read) and header in read.source and header.startswith(("for", "while"))


def _helper_called(read: Read, helper: str) -> bool:
    called = helper in read.exercise.declared.helpers and f"{helper}(" in read.source
    return _only_slow(read) and called and helper not in read.wrong


def _parts(read: Read, wrong: str, right: str | None) -> bool:
    """Some parts are wrong in a case, and the others right in all."""
    wrongs, rights = (re.split(r", | and ", names or "") for names in (wrong, right))
    return all(any(not same(*pair) for pair in read.part(name)) for name in wrongs if name) and all(
        same(*pair) for name in rights if name for pair in read.part(name)
    )


def _changed_only(read: Read) -> bool:
    both = list(zip(read.outcomes, read.right, strict=True))
    return all(same(o.result, r.result) for o, r in both) and not all(
        same(o.arguments, r.arguments) for o, r in both
    )


def _constant(read: Read) -> bool:
    first, *others = map(main_result, read.results)
    return all(same(other, first) for other in others) and _wrong(read)


def _in_behaviours(read: Read, wrong: str, right: str) -> bool:
    lost = {
        behaviour.replace("_", " ")
        for (behaviour, case), outcome, good in zip(
            read.exercise.probe, read.outcomes, read.right, strict=True
        )
        if not looks_right(outcome, good, case.look)
    }
    wrongs, rights = (set(re.split(r", | and ", names)) for names in (wrong, right))
    return wrongs <= lost and not rights & lost


def _length(read: Read, axis: str, part: str, yours: str, right: str) -> bool:
    shapes = [(np.shape(a), np.shape(b)) for a, b in read.part(part)]
    wanted = (int(yours), int(right))
    return any(
        len(a) == len(b) and (a[int(axis)], b[int(axis)]) == wanted for a, b in shapes if a != b
    )


def _axes(read: Read, part: str, right: str, yours: str) -> bool:
    return any((np.ndim(b), np.ndim(a)) == (int(right), int(yours)) for a, b in read.part(part))


def _zero(read: Read, part: str) -> bool:
    return all(not np.any(yours) for yours, right in read.part(part) if not same(yours, right))


def _same_in_all(read: Read, part: str, how: str) -> bool:
    """In each wrong call all numbers are off by the same factor or amount."""
    for yours, right in read.part(part):
        if not same(yours, right):
            a, b = np.asarray(yours, float), np.asarray(right, float)
            off = a / b if how == "factor" else a - b
            if not np.allclose(off, off.flat[0]):
                return False
    return True


def _sign(read: Read, part: str) -> bool:
    wrong = [(y, r) for y, r in read.part(part) if not same(y, r)]
    return bool(wrong) and all(np.allclose(-np.asarray(y, float), r) for y, r in wrong)


def _all_wrong(read: Read, part: str) -> bool:
    wrong = [(y, r) for y, r in read.part(part) if not same(y, r)]
    return all(np.shape(y) == np.shape(r) and not np.isclose(y, r).any() for y, r in wrong)


def _not_finite(read: Read, part: str) -> bool:
    return any(not np.isfinite(numbers(yours)).all() for yours, _ in read.part(part))


def _kind(read: Read, part: str, kind: str) -> bool:
    return any(type(y).__name__ == kind and numbers(y) is None for y, _ in read.part(part))


def _wrong_type(read: Read, part: str, kind: str) -> bool:
    return any(kind in _types(yours) - _types(right) for yours, right in read.part(part))


def _types(value: Any) -> set[str]:
    parts = value.values() if isinstance(value, dict) else value
    inner = map(_types, parts) if isinstance(value, dict | list | tuple) else ()
    return {type(value).__name__}.union(*inner)


def _along(read: Read, part: str, share: str, end: str, name: str) -> bool:
    """Only the first or last of an axis is right, or all but it."""
    for yours, right in read.part(part):
        if same(yours, right):
            continue
        close = np.isclose(numbers(yours), numbers(right), rtol=1e-5, atol=1e-5)
        names = read.exercise.conventions.axes.get(close.ndim, (None, None))
        labels = iter(("row", "column"))
        axis = [label or next(labels) for label in names].index(name)
        one = np.moveaxis(close, axis, 0)[0 if end == "first" else -1]
        if bool(one.all()) != (share == "only"):
            return False
    return True


def _settings(read: Read, name: str, fine: str, failing: str, ok: Callable[..., bool]) -> bool:
    """The cases in which an argument has some values are right, and the others are not."""
    for (_, case), outcome, right in zip(
        read.exercise.probe, read.outcomes, read.right, strict=True
    ):
        text = repr((case.args, case.kwargs))
        values = re.findall(rf"'{name}': ([^,}}]+)", text) or [_bound(read, case, name)]
        expected = fine if ok(outcome, right) else failing
        if values[0] not in expected.split(" or "):
            return False
    return True


def _bound(read: Read, case: Any, name: str) -> str:
    bound = inspect.signature(read.exercise.reference).bind(*case.args, **case.kwargs)
    bound.apply_defaults()
    return repr(bound.arguments[name])


def _is_right(outcome: Outcome, right: Outcome) -> bool:
    return not outcome.raised and same(outcome.result, right.result)


def _raised(read: Read, raised: str) -> bool:
    return any(outcome.raised.startswith(raised[:60]) for outcome in read.outcomes)


def _line(read: Read, raised: str, line: str) -> bool:
    unquoted = line.encode().decode("unicode_escape")
    return _raised(read, raised) and unquoted in read.source


def _nothing(read: Read) -> bool:
    return bool(read.results) and all(result is None for result in read.results)


def _some_none(read: Read) -> bool:
    return any(isinstance(r, tuple | list) and any(p is None for p in r) for r in read.results)


def _unfilled(read: Read, names: str) -> bool:
    return all(f"{name} = None" in read.source for name in names.split(" and "))


def _varies(read: Read) -> bool:
    return "random" in read.source


def _no_function(read: Read) -> bool:
    return not read.outcomes


def _wrong(read: Read) -> bool:
    return not _right_everywhere(read)


def _helper_wrong(read: Read, helpers: str) -> bool:
    return set(helpers.split(" and ")) <= read.wrong


def _calls(read: Read, helper: str) -> bool:
    return _wrong(read) and set(helper.split(" and ")) <= set(read.exercise.declared.helpers)


NAME = r"\w+"
# Each kind of sentence that is not a declared misconception's, and when it is true.
KNOWN: list[tuple[str, Callable[..., bool]]] = [
    (rf"On our small examples {NAME} does what it should\. Something is .*", _right_everywhere),
    (rf"On our small examples {NAME} gives the right result; what .* is time\.", _only_slow),
    (r"On our small examples .* is time\. There is a loop in it: '(.*)'\.", _loop),
    (r"On our small examples .* is time\. Most of the time goes into your (\w+)\.", _helper_called),
    (
        r"On our small examples ([\w, ]+?) (?:is|are) wrong"
        r"(?:, and ([\w, ]+?) (?:is|are) right)?\.",
        _parts,
    ),
    (r"On our small examples the result is right, but the call changes .*", _changed_only),
    (r"On our small examples it is wrong as well; .*", _wrong),
    (r"On our small examples it gives the same result in every call, .*", _constant),
    (
        r"On our small examples it is wrong in ([\w, ]+) as well, and right in ([\w, ]+)\.",
        _in_behaviours,
    ),
    (
        r"Axis (\d) of (\w+|the result) has a wrong length: (\d+) where (\d+) "
        r"(?:is|are) asked for\.",
        _length,
    ),
    (r"(\w+|The result) should have (\d) axes, yours has (\d)\.", _axes),
    (r"(\w+|The result) should (?:hold numbers|be a number); yours is of type (\w+)\.", _kind),
    (r"(\w+|The result) (?:is|holds something) of type (\w+)(?:;| where) type \w+ .*", _wrong_type),
    (r"Every number of (\w+|the result) is 0\.", _zero),
    (
        r"In each call all numbers of (\w+|the result) are off by one and the same (\w+): .*",
        _same_in_all,
    ),
    (r"The numbers of (\w+|the result) have the wrong sign, and .*", _sign),
    (
        r"In each small example that goes wrong, (\w+|the result) has the right shape, and all of "
        r"its numbers are wrong\.",
        _all_wrong,
    ),
    (r"(\w+|The result) is another number than was asked for\.", _all_wrong),
    (r"(\w+|The result) holds numbers that are infinite or not defined .*", _not_finite),
    (r"In (\w+|the result) (only) the (first|last) (\w+) is right\.", _along),
    (r"In (\w+|the result) (all) is right but the (first|last) (\w+)\.", _along),
    (
        r"On our small examples it is right for (\w+) = (.*), and wrong for \1 = (.*)\.",
        lambda read, name, fine, bad: _settings(read, name, fine, bad, _is_right),
    ),
    (
        r"On our small examples it stops like this for (\w+) = (.*), and not for \1 = (.*)\.",
        lambda read, name, bad, fine: _settings(
            read, name, fine, bad, lambda outcome, right: not outcome.raised
        ),
    ),
    (rf"{NAME} stops with (\w+: .*?), in your line ['\"](.*)['\"]\.(?: .*)?", _line),
    (rf"{NAME} stops with (\w+: .*?)\.(?: .*)?", _raised),
    (
        r"This exercise is not solved yet: .*",
        lambda read: _raised(read, "NotImplementedError"),
    ),
    (rf"{NAME} returns nothing: it has no return statement .*", _nothing),
    (rf"{NAME} returns None\. Either it ends .*", _nothing),
    (rf"{NAME} returns None: ([\w ]+) in it is given the value None .*", _unfilled),
    (rf"{NAME} returns None in the place of a result\.(?: Here .*)?", _some_none),
    (rf"{NAME} returned something that cannot be checked: .*", _wrong),
    (rf"{NAME} should give back .* together; on our small examples it gives back .*", _wrong),
    (r"With the same arguments it gives another result each time: .*", _varies),
    (r"Python cannot read the cell of .*", _no_function),
    (r"The cell of \w+ stopped with .*", _no_function),
    (r"There is no function \w+ after its cell has run\. .*", _no_function),
    (r"\w+ itself does what .* with a correct (.*) in place of yours it .*", _helper_wrong),
    (
        r"It is not known whether \w+ itself has a mistake: .* a correct (.*) in place of .*",
        _helper_wrong,
    ),
    (r"In addition, your (.*) (?:is|are) wrong, which costs nothing here\.", _helper_wrong),
    (r"On a small example it calls (\w+) with .*", _calls),
    (r"On a small example all that it asks of (.*) is right, so .*", _calls),
]
# Words that stand for a place which the sentence cannot know.
NO_PLACE = re.compile(r"\b(call|example|test|error|message) (above|below)\b")


def untruths(read: Read) -> list[str]:
    """Return what is not true of what a student reads about a function."""
    declared = {edit.sentence: edit for edit in read.exercise.declared.edits}
    problems = []
    for sentence in read.facts["sentences"]:
        if NO_PLACE.search(sentence):
            problems.append(f"it points to a place: {sentence}")
        if sentence in declared:
            if declared[sentence].name not in read.facts["misconceptions"] or not _wrong(read):
                problems.append(f"right on the probe, or not named: {sentence}")
        else:
            problems += sentence_problems(read, sentence)
    return problems + _naming_problems(read) + _picture_problems(read)


def sentence_problems(read: Read, sentence: str) -> list[str]:
    """Return what is wrong with a sentence that is no misconception's."""
    for pattern, holds in KNOWN:
        found = re.fullmatch(pattern, sentence, re.DOTALL)
        if found is not None:
            return [] if holds(read, *found.groups()) else [f"not true: {sentence}"]
    return [f"no fact is known that could hold this: {sentence}"]


def _naming_problems(read: Read) -> list[str]:
    """Return a problem if what is named does not do what the student's function does."""
    named = list(read.facts["misconceptions"])
    if not named or read.facts["intro"].startswith("Look for"):
        return []
    variants = [*read.exercise.singles, *(read.exercise.pairs if len(named) > 1 else [])]
    of_name = [variant for variant in variants if sorted(variant.names) == sorted(named)]
    if any(variant.explains(read.outcomes) for variant in of_name):
        return []
    return [f"{' and '.join(named)} does something else"]


def _picture_problems(read: Read) -> list[str]:
    """Return what is wrong with the small example."""
    shown = read.facts["comparison"]
    if not shown:
        return []
    cases = list(zip(read.exercise.probe, read.outcomes, read.right, strict=True))
    if not read.facts["misconceptions"]:
        cases.sort(key=lambda three: not three[1].raised)
    for (behaviour, case), outcome, right in cases:
        if behaviour in read.lost and not looks_right(outcome, right, case.look):
            expected, yours = main_result(right.result), main_result(outcome.result)
            problems = []
            if part := shown.get("part"):
                function = find_function(read.exercise.source, read.exercise.declared.name)
                assert function is not None
                number = returned_names(function).index(part)
                expected, yours = right.result[number], outcome.result[number]
                if same(yours, expected):
                    problems.append("the part that is shown is right")
            problems += number_problems(shown, yours)
            if shown.get("expected", str(np.shape(expected))) != str(np.shape(expected)):
                problems.append("the shape asked for is another")
            if shown["yours"].startswith("(") and shown["yours"] != str(np.shape(yours)):
                problems.append("the student's shape is another")
            stopped = bool(outcome.raised) and not outcome.unfit
            kind = shown["yours"].partition("none: it stopped with ")[2]
            if kind and not (stopped and outcome.raised.startswith(f"{kind}:")):
                problems.append("it did not stop with this error")
            return problems
    return ["a small example is shown that is right"]


def number_problems(shown: Mapping[str, Any], yours: Any) -> list[str]:
    """Return a problem if numbers are shown that the student's function did not return."""
    texts = [value for row in shown.get("rows", []) for value, _ in row]
    texts += re.findall(r"[^\s\[\]]+", shown.get("output", ["", ""])[1])
    words = {"True": 1.0, "False": 0.0}
    numbers_shown = np.array(
        [words[text] if text in words else complex(text).real for text in texts]
    )
    returned = np.asarray(yours).ravel().astype(complex).real if texts else np.zeros(0)
    close = np.isclose(numbers_shown[:, None], returned[None], rtol=6e-3, atol=6e-4, equal_nan=True)
    return [] if close.any(axis=1).all() else ["numbers are shown that are not the student's"]
