"""Where a test cell runs: the choice is made from what comes of master and release."""

from __future__ import annotations

import builtins
import json
from collections.abc import Mapping, Sequence
from typing import Any

import nbformat
import pytest
from nbgrader.preprocessors import IgnorePattern

from proctor.grading.placing import Placed, Trial, Trials, decide, remarks
from proctor.grading.reasons import looks_at_process, reason_of
from proctor.grading.results import NotGradedError
from proctor.lesson import GradedCell, Lesson
from proctor.lesson.exercises import exercises_of
from proctor.lesson.names import names_of

FITS = Trial(2, 2, 0, "")
WRONG = Trial(2, 0, 0, "NameError: name 'x' is not defined")
FREE = Trial(2, 2, 2, "")


def lesson(**tests: str) -> Lesson:
    """Return a lesson with these test cells."""
    facts = {"grade": True, "solution": False, "task": False, "points": 2}
    cells = [GradedCell(name, "code", source, facts) for name, source in tests.items()]
    return Lesson("ps1", "problems.ipynb", tuple(cells), {})


def where(
    made: Lesson, outside: Mapping[str, Trial], inside: Mapping[str, Trial], **wishes: str
) -> dict[str, Placed]:
    """Return what is decided when trials end like this, outside and inside."""

    def trials_of(placed: frozenset[str]) -> dict[str, Trial]:
        return {c.name: (inside if c.name in placed else outside)[c.name] for c in made.tests}

    usual = dict.fromkeys((cell.name for cell in made.tests), "auto")
    return {cell.name: cell for cell in decide(made, usual | wishes, {"f"}, trials_of)}


def test_what_fits_outside_stays_there() -> None:
    placed = where(lesson(a="assert f(1)"), {"a": FITS}, {"a": WRONG})
    assert placed["a"] == Placed("a", 2, "outside")


@pytest.mark.parametrize("outside", [WRONG, FREE])
def test_what_does_not_fit_outside_runs_inside(outside: Trial) -> None:
    placed = where(lesson(a="assert f(1)"), {"a": outside}, {"a": FITS})
    assert placed["a"].where == "inside"
    assert placed["a"].why
    assert not placed["a"].problem


@pytest.mark.parametrize(("trial", "says"), [(WRONG, "own solution earns 0"), (FREE, "release")])
def test_what_fits_nowhere_is_named(trial: Trial, says: str) -> None:
    placed = where(lesson(a="assert f(1)"), {"a": trial}, {"a": trial})
    assert placed["a"].where == "inside"
    assert says in placed["a"].problem
    said = list(remarks(list(placed.values()), "ps1"))
    assert "submitted code can read them" in said[0]
    assert says in said[1]


def test_what_defines_names_for_a_test_inside_goes_with_it() -> None:
    made = lesson(a="x = f(1)\nassert x", b="y = f(2)", c="assert x and f(3)")
    placed = where(made, {"a": FITS, "b": FITS, "c": WRONG}, dict.fromkeys("abc", FITS))
    assert {cell.name for cell in placed.values() if cell.where == "inside"} == {"a", "c"}


def test_if_nothing_else_helps_all_run_inside() -> None:
    made = lesson(a="exec('x = 1')", b="y = f(2)", c="assert x and f(3)")

    def trials_of(placed: frozenset[str]) -> dict[str, Trial]:
        fits = dict.fromkeys("abc", FITS)
        return fits if placed == {"a", "b", "c"} else {**fits, "c": WRONG}

    wishes = dict.fromkeys("abc", "auto")
    placed = decide(made, wishes, {"f"}, trials_of)
    assert [cell.where for cell in placed] == ["inside"] * 3
    assert "points in c: " in placed[1].why


@pytest.mark.parametrize("trial", [WRONG, FREE])
def test_no_accident_moves_a_test_that_was_written_for_outside(trial: Trial) -> None:
    made = lesson(a="from proctor.testing import scalar\nassert f(1)", b="assert f(1)")
    placed = where(made, {"a": trial, "b": trial}, {"a": FITS, "b": FITS})
    assert [placed[name].where for name in "ab"] == ["outside", "inside"]
    assert placed["a"].problem


def test_the_author_has_the_last_word() -> None:
    made = lesson(a="assert f(1)", b="assert dir()")
    placed = where(made, {"a": FITS, "b": WRONG}, {"a": FITS}, a="inside", b="outside")
    assert [placed[name].where for name in "ab"] == ["inside", "outside"]
    assert "own solution" in placed["b"].problem


@pytest.mark.parametrize(
    "source",
    [
        "%matplotlib inline",
        "!ls",
        "assert 'x' in globals()",
        "assert f.__doc__",
        "import sys",
        "from unittest.mock import patch",
        "import numpy as np\nnp.random.seed(3)",
        "assert f(x) is not x",
        "assert f(1) and callable(f)",
        "assert g(f) and f(1)",
        "def f():\n    return 1\n\nassert g()",
        "f = None\nassert g()",
        "math.pi = 3\nassert f()",
        "data[0] = 1\nassert f()",
        "global x\nx = 1",
        "assert open('a').read() == f()",
        "assert _ih[-2].startswith('f')",
        "assert _ == f()",
        "assert gca().get_title() == f()",
        "import numpy as np\nassert np.random.RandomState(3).rand() == f()",
    ],
)
def test_what_looks_at_the_process_is_seen(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    names_of.cache_clear()
    monkeypatch.setattr(builtins, "_", "the last result", raising=False)
    assert looks_at_process(source, {"f"})
    if "import numpy" not in source and not source.startswith(("%", "!")):
        # One that uses proctor's tools is taken for what it says.
        assert not looks_at_process(f"import proctor.testing\n{source}", {"f"})


@pytest.mark.parametrize(
    "source",
    [
        "new = f(x)\nnew[0][0] = 99\nassert x == [[1]]",
        "x = [1]\nnew = f(x)\nx.append(2)\nassert new == [1]",
        "d = f()\nd['color'] = 'blue'\nassert f()['color'] == 'red'",
        "f()['color'] = 'blue'\nassert f()['color'] == 'red'",
        "f().update(a=1)\nassert f() == {}",
        "y = f(x)\ny += 1\nassert g(x) == 0",
        "y = f(x)\ndel y[0]\nassert x == [1]",
        "x = [1]\ny = f([x])\nx[0] += 1\nassert y == [[1]]",
        "x = {}\nf(x[0], key=x[1])\nx[1].clear()\nassert f(x[0]) == 1",
        "rows = [f(x) for x in y]\nrows[0].append(9)\nassert y[0] == [1]",
        "for row in f(x):\n    row.sort()\nassert x == [[2, 1]]",
        "for row in [f(x)]:\n    row.sort()\nassert x == [[2, 1]]",
        "a, b = f(x), 1\na.pop()\nassert x == [1]",
        "row = f(x)[0]\ncopy = row\ncopy.reverse()\nassert x == [[2, 1]]",
        "def check(x):\n    new = h(x)\n    new.append(1)\n    return new != x\n\ncheck([1])",
        "def call(x):\n    return f(x)\n\nnew = call(y)\nnew.append(1)\nassert y == [1]",
        "new = helped(f, x)\nnew.append(1)\nassert x == [1]",
    ],
)
def test_a_change_that_does_not_cross_is_seen(source: str) -> None:
    assert "after a call" in looks_at_process(source, {"f", "g", "h"}, "import helped")


@pytest.mark.parametrize(
    "source",
    [
        "assert f(1) == 2",
        "import numpy as np\nassert np.isclose(f(np.ones(3)), 1).all()",
        "x = [1]\nf(x)\nassert x == [1] and f(2) is None",
        "for n in range(3):\n    assert f(n) == g(n), 'message'",
        "try:\n    f(-1)\nexcept ValueError as error:\n    assert 'x' in str(error)",
        "def check(n):\n    return f(n) == 1\n\nassert check(1)",
        "assert list(map(f, [1])) == [1]",
        "x = np.zeros(3)\nx[0] = 1\nx += 1\nassert f(x) == 2",
        "x = deepcopy(y)\nx[0] = 1\nassert f(x) == 2",
        "results = []\nfor n in range(3):\n    results.append(f(n))\nassert results == [1]",
        "results = [f(1)]\nresults.append(f(2))\nresults[0] = 1\nassert results == [1]",
        "n = 0\nwhile n < 3:\n    assert f(n)\n    n += 1",
        "def made():\n    return [0]\n\nx = made()\nx[0] = 1\nassert f(x) == 1",
        "x = [1]\nf(x)\nx = [2]\nx.append(3)\nassert f(x) == 5",
        "score = 0\nscore += f(1) == 2\nscore",
        "assert g(f(1).copy()) == 1",
        "for _ in range(3):\n    assert f(1) == 2",
    ],
)
def test_what_looks_at_results_alone_is_let_pass(source: str) -> None:
    assert looks_at_process(source, {"f", "g"}, "import np, deepcopy") == ""


MODULES = {
    "given.py": b"import io, sys\nfrom contextlib import redirect_stdout\nfrom near import inner\n"
    b"def quiet(f, *args):\n    with redirect_stdout(io.StringIO()):\n        return f(*args)\n"
    b"def wraps(f):\n    return quiet(f)\ndef elsewhere(f):\n    return inner(f)\n"
    b"def copies(f, x):\n    new = f(x)\n    new[0] = 9\n    return x != new\n"
    b"STREAMS = [sys.stdout]\n"
    b"def plain(x, seed=0):\n    x = double(x)\n    x[0] += seed\n    return x\n"
    b"def double(x):\n    return x + x\n",
    "pack/near.py": b"from .far import deep as d\ndef inner(f):\n    return d(f)",
    "pack/far.py": b"import builtins\ndef deep(f):\n    builtins.sum = None",
    "broken.py": b"def f(:",
    "data.csv": b"def quiet",
}


@pytest.mark.parametrize(
    ("given", "source"),
    [
        ("from given import quiet", "assert quiet(f, 4) == 8"),
        ("from given import quiet as q", "assert q(f, 4) == 8"),
        ("from given import *", "assert quiet(f, 4) == 8"),
        ("import given", "assert given.quiet(f, 4) == 8"),
        ("import given as g", "assert [g.quiet(f, 4)] == [8]"),
        ("", "from given import quiet\nassert quiet(f, 4) == 8"),
        ("from given import wraps", "assert wraps(f)"),
        ("from given import elsewhere", "assert elsewhere(f)"),
        ("from pack import near", "assert near.inner(f)"),
        ("import pack.near", "assert pack.near.inner(f)"),
        ("from given import copies", "assert copies(f, [1])"),
        ("from given import STREAMS", "assert f(1) in STREAMS"),
        ("%pylab\nfrom given import wraps", "assert wraps(f)"),
        ("def quiet(f):\n    return sys.stdout", "assert quiet(f)"),
    ],
)
def test_what_looks_by_way_of_the_lessons_modules_is_seen(given: str, source: str) -> None:
    assert looks_at_process(source, {"f"}, given, MODULES).startswith("by way of ")


@pytest.mark.parametrize(
    ("given", "source"),
    [
        ("from given import quiet, plain", "assert plain(2) == f(2)"),
        ("import given", "assert given.plain(2) == f(2)"),
        ("from given import *", "assert plain(2) == f(2)"),
        ("import broken, missing", "assert broken.f(2) == missing.quiet(2)"),
        ("from contextlib import suppress", "with suppress(ValueError):\n    f(1)"),
    ],
)
def test_what_else_stands_in_a_module_does_not_matter(given: str, source: str) -> None:
    assert looks_at_process(source, {"f"}, given, MODULES) == ""


def test_a_failure_of_the_machine_is_not_believed_at_once() -> None:
    """It would move tests to where submitted code can read them."""
    made = lesson(a="assert f(1)")
    notebook = nbformat.v4.new_notebook()
    answers = iter(
        [{"failed": "lost"}, {"outputs": []}, {"stop": "no sandbox"}, {"outputs": []}, *[{}] * 2]
    )

    def run(_: Lesson, payloads: Sequence[dict[str, Any]]) -> list[bytes]:
        return [json.dumps(next(answers)).encode() for _ in payloads]

    trials = Trials(made, (notebook, notebook), IgnorePattern(), run)
    assert trials._results(made, notebook) == [[]]
    assert trials._results(made, notebook) == [[]]
    with pytest.raises(NotGradedError):
        trials._results(made, notebook)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "AssertionError"),
        ("is 2: no\nmore", "AssertionError: is 2: no"),
        ("\n", "AssertionError"),
    ],
)
def test_an_error_is_told_in_a_line_that_can_be_read(text: str, says: str) -> None:
    made = lesson(a="assert f(1)")
    facts = made.tests[0].metadata | {"grade_id": "a", "locked": True, "schema_version": 3}
    facts["cell_type"] = "code"
    cell = nbformat.v4.new_code_cell("assert f(1)", metadata={"nbgrader": facts})
    failed = nbformat.v4.new_output("error", ename="AssertionError", evalue=text, traceback=[])
    results = [json.dumps({"outputs": [[[failed], None]]}).encode()] * 2
    notebook = nbformat.v4.new_notebook(cells=[cell])
    trials = Trials(made, (notebook, notebook), IgnorePattern(), lambda _, payloads: results)
    assert trials.of(frozenset())["a"].message == says


def test_names_that_a_cell_uses_and_leaves() -> None:
    uses, leaves = names_of("import math\n%time\nx = f(y)\ndef g(a):\n    b = a\n    return b + z")
    assert uses >= {"f", "y", "z"}
    assert not uses & {"x", "g", "a", "b", "math"}
    assert leaves >= {"math", "x", "g"}
    assert not leaves & {"a", "b"}
    # A name may be the cell's own here and a parameter there, and be given from within.
    uses, leaves = names_of(
        "def g(f):\n    global h\n    h = f\n[a for a in f(b)]\ntry: 1\nexcept E as e: 2"
    )
    assert uses == {"b", "f", "E"}
    assert leaves == {"g", "h", "e"}
    assert names_of("def") == (frozenset(), frozenset())


def test_reasons_name_what_the_author_can_do() -> None:
    text = "Error in your code: f returned something that cannot be checked: a value of type P."
    assert reason_of("", text).startswith("a value of type P cannot cross the wall")
    assert reason_of("it earns 0", "Odd: x") == "outside it earns 0"


def test_an_exercise_is_named_or_stands_before() -> None:
    cells = [("cell-1", True), ("cell-2", False), ("f", True), ("f-a", False), ("cell-3", False)]
    assert exercises_of(cells) == {"cell-2": "cell-1", "f-a": "f", "cell-3": "f"}
    assert exercises_of([("t-a", False)]) == {"t-a": "t"}
