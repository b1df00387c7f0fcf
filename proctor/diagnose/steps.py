"""At which step a wrong function leaves the right way: the calls that it makes of its helpers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .exercise import HelperCall
from .outcome import same

WRONG_ARGUMENT = (
    "On a small example it calls {helper} with an argument {argument}{shape} that is not what it "
    "should be, {first}. So look at what comes before that call."
)
WRONG_CALL = (
    "On a small example it calls {helper} with things that do not belong together, {first}. Each "
    "of them is right in another call."
)
TOO_FEW = (
    "On a small example it calls {helper} with the right arguments, but {yours}; it takes {right} "
    "calls."
)
ALL_RIGHT = (
    "On a small example all that it asks of {helpers} is right, so look at what happens with the "
    "results."
)
FIRST_CALL = "in the first call"
LATER_CALL = "for the first time in call {number}"
TIMES = {1: "once", 2: "twice"}


def step_sentence(yours: Sequence[HelperCall], right: Sequence[HelperCall]) -> str:
    """Say which call of a helper is the first wrong one.

    The order of the calls is nobody's business: loops may be nested in another way.

    Parameters
    ----------
    yours, right : sequence of HelperCall
        What the student's function and the right one ask in the same case.
    """
    helpers = list(dict.fromkeys(call.function.__name__ for call in right))
    for helper in helpers:
        sentence = _difference(helper, _of(helper, yours), _of(helper, right))
        if sentence:
            return sentence
    used = [helper for helper in helpers if _of(helper, yours)]
    # Whoever does a helper's work without calling it may do it wrongly.
    if not used or len(used) < len(helpers):
        return ""
    return ALL_RIGHT.format(helpers=" and ".join(helpers))


def _of(helper: str, calls: Sequence[HelperCall]) -> list[HelperCall]:
    return [call for call in calls if call.function.__name__ == helper]


def _difference(helper: str, yours: list[HelperCall], right: list[HelperCall]) -> str:
    """Say how the calls of one helper differ from the right ones; nothing if there are none."""
    for number, call in enumerate(yours, start=1):
        if any(same(call.arguments, other.arguments) for other in right):
            continue
        first = (FIRST_CALL if number == 1 else LATER_CALL).format(number=number)
        for argument, value in call.arguments.items():
            if not any(same(value, other.arguments.get(argument)) for other in right):
                shape = f" of shape {value.shape}" if isinstance(value, np.ndarray) else ""
                return WRONG_ARGUMENT.format(
                    helper=helper, argument=argument, shape=shape, first=first
                )
        return WRONG_CALL.format(helper=helper, first=first)
    if yours and len(yours) < len(right):
        return TOO_FEW.format(helper=helper, yours=_times(len(yours)), right=len(right))
    return ""


def _times(count: int) -> str:
    return TIMES.get(count, f"{count} times")
