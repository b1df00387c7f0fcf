"""What feedback shows of a wrong result."""

from __future__ import annotations

from typing import Any

import numpy as np

from proctor.diagnose.declaration import Case, Misconceptions
from proctor.diagnose.exercise import Exercise
from proctor.diagnose.outcome import Outcome
from proctor.diagnose.picture import compare

X_24 = np.arange(8.0).reshape(2, 4)


def test_what_is_no_array_is_not_pictured() -> None:
    def table(X: np.ndarray, options: dict[str, Any]) -> Any:
        return kinds[options["kind"]]

    def declared(case: Case) -> Misconceptions:
        return Misconceptions(table, lambda rng: {"value": case})

    kinds = {"pairs": [(np.ones(2), np.ones(3))], "dictionary": {"W": np.ones(2)}, "array": X_24}
    for kind, pictured in (("pairs", False), ("dictionary", False), ("array", True)):
        case = Case(X_24, {"kind": kind, "more": X_24})
        exercise = Exercise(declared(case), "", {})
        exercise.__dict__["reference"] = table
        shown = compare(exercise, [Outcome(np.zeros((2, 4)))], ["value"])
        assert bool(shown) == pictured
        if pictured:
            options = "options = {'kind': 'array', 'more': array of shape (2, 4)}"
            assert shown["arguments"] == ["X of shape (2, 4)", options]
            assert shown["wrong"] == 7
