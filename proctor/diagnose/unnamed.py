"""A loss without a name, for the author: a digest of what the function does, and words for it.

Students who make the same mistake have the same digest, so the class report can bring them
together. What is kept tells nothing of the right numbers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from .declaration import Case
from .exercise import Exercise
from .locate import part_names
from .outcome import Outcome, Varying, looks_right, numbers, same

# Numbers become steps of a scale that is even around 0 and gets coarser with their size, so that
# the order of a sum does not matter. No simple fraction lies at the edge of a step.
STEPS = 7320.508
LONGEST_KIND = 60

RIGHT = "right"
STOPS = "stops with an error ({kind})"
UNFIT = "returns something that cannot be checked"
NOTHING = "returns None"
CHANGED = "right, but the arguments are changed"
KIND = "{part} is of type {kind}"
SHAPE = "{part} has shape {yours} instead of {right}"
VARIES = "{part} is another one each time"
VALUES = "{wrong} of {size} numbers of {part} are wrong"
WRONG = "{part} is wrong"
COUNT = "returns {yours} things instead of {right}"


def describe_outcomes(exercise: Exercise, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return what the class report needs of a function that no misconception explains.

    Returns
    -------
    dict
        As JSON: ``digest``, the same for outcomes that are the same; and ``cases``, for each case
        of the probe its behaviour and what comes of it in words.
    """
    cases = [
        [behaviour, _in_words(exercise, case, outcome, right)]
        for (behaviour, case), outcome, right in zip(
            exercise.probe, outcomes, exercise.right, strict=True
        )
    ]
    return {"digest": digest(outcomes, exercise.right), "cases": cases}


def digest(outcomes: Sequence[Outcome], right: Sequence[Outcome]) -> str:
    """Return a text that is the same for outcomes that are the same.

    Of an exception, what failed decides, and the sizes only if nothing else does: see
    `proctor.diagnose.naming`.
    """
    hashed = hashlib.sha256()
    only_errors = all(outcome.raised for outcome in outcomes)
    for outcome, model in zip(outcomes, right, strict=True):
        if outcome.raised:
            sizes = sorted(outcome.failure.sizes) if only_errors else []
            parts: Iterator[Any] = iter(["raised", outcome.failure.kind, sizes])
        else:
            parts = _parts([outcome.result, outcome.arguments], [model.result, model.arguments])
        for part in parts:
            hashed.update(part if isinstance(part, bytes) else repr(part).encode(errors="replace"))
            hashed.update(b";")
    return hashed.hexdigest()[:16]


def _parts(value: Any, model: Any) -> Iterator[Any]:
    """Yield what a value consists of; a list is an array where an array is asked for."""
    if isinstance(value, Varying):
        yield value
    elif isinstance(value, tuple | list) and isinstance(model, tuple | list):
        yield len(value)
        models = model if len(model) == len(value) else [None] * len(value)
        for part, other in zip(value, models, strict=True):
            yield from _parts(part, other)
    elif isinstance(value, dict):
        for key in sorted(value, key=repr):
            yield repr(key)
            yield from _parts(value[key], model.get(key) if isinstance(model, dict) else None)
    elif isinstance(value, str | bytes):
        yield value
    else:
        array = numbers(value)
        yield type(value).__name__ if array is None else array.shape
        if array is not None:
            yield _steps(array).tobytes()


def _steps(array: Any) -> Any:
    """Return numbers as steps of the scale."""
    parts = np.stack([array.real, array.imag]).astype(float)
    with np.errstate(all="ignore"):
        steps = np.rint(np.arcsinh(parts) * STEPS)
    # One kind of zero, and one that is not a number.
    return np.where(np.isnan(steps), np.nan, steps + 0.0)


def _in_words(exercise: Exercise, case: Case, outcome: Outcome, right: Outcome) -> str:
    """Say what came of a case, as far as its behaviour is about it."""
    if outcome.unfit:
        return UNFIT
    if outcome.raised:
        # The name of an exception may be the student's own.
        kind = outcome.failure.kind[:LONGEST_KIND].encode(errors="replace").decode()
        return STOPS.format(kind=kind)
    if looks_right(outcome, right, case.look):
        return RIGHT
    if outcome.result is None:
        return NOTHING
    if same(outcome.result, right.result):
        return CHANGED
    yours, model, part = outcome.result, right.result, "the result"
    if isinstance(yours, tuple | list) and isinstance(model, tuple | list):
        if len(yours) != len(model):
            return COUNT.format(yours=len(yours), right=len(model))
        wrong = [n for n, both in enumerate(zip(yours, model, strict=True)) if not same(*both)]
        names = part_names(exercise)
        part = names[wrong[0]] if len(names) == len(model) else f"part {wrong[0]} of the result"
        yours, model = yours[wrong[0]], model[wrong[0]]
    return _difference(part, yours, numbers(model))


def _difference(part: str, yours: Any, expected: Any) -> str:
    """Say how a wrong value differs from an array."""
    if isinstance(yours, Varying):
        return VARIES.format(part=part)
    actual = numbers(yours)
    if expected is None:  # such as a cache
        return WRONG.format(part=part)
    if actual is None:
        return KIND.format(part=part, kind=type(yours).__name__)
    if actual.shape != expected.shape:
        return SHAPE.format(part=part, yours=actual.shape, right=expected.shape)
    wrong = ~np.isclose(actual, expected, rtol=1e-5, atol=1e-5, equal_nan=True)
    words = VALUES if wrong.size > 1 else WRONG
    return words.format(part=part, wrong=int(wrong.sum()), size=wrong.size)
