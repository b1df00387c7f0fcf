"""Why points were lost: the kinds of failure, errors of helpers, and attacks on what they earn."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import numpy as np
import pytest

from proctor.examine.outputs import FEEDBACK
from proctor.lesson import RunLimits
from proctor.report.graded import read_notebooks
from proctor.report.unnamed import unnamed_groups
from tests.support.paths import MASTERS
from tests.support.quick import LIMITS, Graded, QuickGrader

ALL = {
    "zero_pad": {"shape", "border", "inputs_kept", "reference"},
    "conv_single_step": {
        "product_sum",
        "bias_once",
        "returns_scalar",
        "inputs_kept",
        "reference",
    },
    "conv_forward": {"filters", "stride", "pad", "cache", "reference"},
    "pool_forward": {"max", "average", "stride", "cache", "reference"},
}


@pytest.fixture(scope="module")
def grader(quick_grader: Callable[[Path], QuickGrader]) -> QuickGrader:
    """The first lesson's grader."""
    return quick_grader(MASTERS[0])


def edited(grader: QuickGrader, name: str, *misconceptions: str) -> str:
    """Return a function with some misconceptions."""
    exercise = grader.exercises[name]
    edits = {edit.name: edit for edit in exercise.declared.edits}
    source: str = exercise.edited(*[edits[made].all_forms[0] for made in misconceptions])
    return source


def kept(graded: Graded) -> list[str]:
    """Return the notes that a behaviour is kept."""
    outputs = [output for cell in graded.notebook.cells for output in cell.get("outputs", [])]
    facts = [output.get("data", {}).get(FEEDBACK, {}) for output in outputs]
    return [fact["kept"] for fact in facts if "kept" in fact]


def sentence(graded: Graded, name: str) -> str:
    """Return what a student reads about a function."""
    return "\n".join(graded.facts(name)["sentences"])


# ----------------------------------------------------------------------------------------- kinds

STUB = "def {name}(*arguments, **options):\n    # YOUR CODE HERE\n    raise NotImplementedError()"

KINDS = {
    "unsolved": (
        STUB.format(name="pool_forward"),
        ["pool_forward still raises NotImplementedError"],
    ),
    "nothing returned": (
        "def pool_forward(A_prev, hparameters, mode='max'):\n    A = A_prev.copy()",
        ["pool_forward returns nothing: it has no return statement"],
    ),
    "half filled": (
        "def pool_forward(A_prev, hparameters, mode='max'):\n"
        "    A = None\n    return A, (A_prev, hparameters)",
        ["returns None in the place of a result"],
    ),
    "does not parse": (
        "def pool_forward(A_prev, hparameters, mode='max')\n    return A_prev, hparameters",
        ["Python cannot read the cell", "expected ':'", "def pool_forward(A_prev, hparameters"],
    ),
    "import failed": (
        "import tensorflow\ndef pool_forward(A_prev, hparameters, mode='max'):\n    pass",
        ["stopped with ModuleNotFoundError: No module named 'tensorflow'"],
    ),
    "renamed": (
        "def pool_foward(A_prev, hparameters, mode='max'):\n    pass",
        ["There is no function pool_forward"],
    ),
    "undefined name": (
        "def pool_forward(A_prev, hparameters, mode='max'):\n    return Aprev, hparameters",
        ["NameError: name 'Aprev' is not defined", "return Aprev, hparameters", "misspelled"],
    ),
    "another exception": (
        "def pool_forward(A_prev, hparameters, mode='max'):\n    return A_prev[:, 99], hparameters",
        ["IndexError: index 99 is out of bounds", "in your line 'return A_prev[:, 99]"],
    ),
    "unfit": (
        "def pool_forward(A_prev, hparameters, mode='max'):\n    return A_prev.astype(object), 1",
        ["returned something that cannot be checked: an array of objects"],
    ),
    "ends its process": (
        "import os\ndef pool_forward(A_prev, hparameters, mode='max'):\n    os._exit(3)",
        ["pool_forward ended the Python process", "exit status 3"],
    ),
}


@pytest.fixture(scope="module")
def kinds(grader: QuickGrader) -> dict[str, Graded]:
    """One submission of each kind, graded."""
    answers = [{"pool_forward": source} for source, _ in KINDS.values()]
    return dict(zip(KINDS, grader.grade_all(answers), strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_what_has_no_misconception_is_named_by_its_kind(
    kind: str, kinds: dict[str, Graded]
) -> None:
    assert kinds[kind].lost() == {"pool_forward": ALL["pool_forward"]}
    for text in KINDS[kind][1]:
        assert text in sentence(kinds[kind], "pool_forward")
    assert KINDS[kind][1][0] in kinds[kind].page


def test_what_cannot_be_checked_is_called_no_error(kinds: dict[str, Graded]) -> None:
    facts = kinds["unfit"].facts("pool_forward")
    assert [text.partition(":")[0] for text in facts["sentences"]] == [
        "pool_forward returned something that cannot be checked"
    ]
    assert {words for _, words in facts["unnamed"]["cases"]} == {
        "returns something that cannot be checked"
    }
    assert facts["comparison"]["yours"] == "none: it cannot be checked"


def test_an_unknown_mistake_shows_where_it_is(grader: QuickGrader) -> None:
    source = grader.exercises["pool_forward"].source.replace("np.max(a", "np.median(a")
    graded = grader.grade({"pool_forward": source})
    facts = graded.facts("pool_forward")
    assert facts["misconceptions"] == []
    assert "A_prev of shape (2, 3, 4, 2)" in facts["comparison"]["arguments"]
    assert facts["comparison"]["expected"] == facts["comparison"]["yours"] == "(2, 2, 3, 2)"
    assert facts["comparison"]["position"] == "(0, 0, 0, 0)"
    page = graded.page
    assert "Your A, example 0, channel 0" in page
    # Neither the picture nor its caption holds a number that was expected. The maximum of a window
    # is a number of the input, which is shown.
    (name, _) = facts["comparison"].pop("inputs")[0]
    assert name == "A_prev[0, :, :, 0]"
    exercise = grader.exercises["pool_forward"]
    for outcome in exercise.right:
        for value in np.ravel(outcome.result[0]):
            assert f"{value:.4g}" not in str(facts)


def test_a_mistake_that_a_small_example_does_not_show(grader: QuickGrader) -> None:
    source = grader.exercises["pool_forward"].source.replace(
        "    m, n_H", "    A_prev = A_prev[:, :, :9]\n    m, n_H", 1
    )
    graded = grader.grade({"pool_forward": source})
    assert "On our small examples pool_forward does what it should" in sentence(
        graded, "pool_forward"
    )


@pytest.mark.parametrize("later", ["right", "zero_pad = conv_forward = None", "del zero_pad"])
def test_a_function_is_judged_as_it_was_tested(later: str, grader: QuickGrader) -> None:
    wrong, right = edited(grader, "zero_pad", "batch_padded"), edited(grader, "zero_pad")
    graded = grader.grade({"zero_pad": wrong, "*": right if later == "right" else later})
    assert graded.lost() == {"zero_pad": {"shape", "border", "reference"}}
    assert graded.facts("zero_pad")["misconceptions"] == ["batch_padded"]


# --------------------------------------------------------------------- an error is paid for once


def test_a_wrong_helper_costs_nothing_else(grader: QuickGrader) -> None:
    graded = grader.grade({"zero_pad": edited(grader, "zero_pad", "batch_padded")})
    assert graded.lost() == {"zero_pad": {"shape", "border", "reference"}}
    assert len(kept(graded)) == 2
    assert "with a correct zero_pad in place of yours it passes them" in sentence(
        graded, "conv_forward"
    )
    assert "✓ kept" in graded.page


@pytest.mark.parametrize(
    "helper",
    [
        STUB.format(name="zero_pad"),
        "def zero_pad(X, pad):\n    return 1 / 0",
        "import tensorflow",
        "def zero_pad(X, pad)\n    return X",
        "def zero_pad(X, pad):\n    return np.zeros((4, 7, 7, 2))",
    ],
    ids=["stub", "exception", "missing", "syntax", "constant"],
)
def test_a_right_function_on_a_helper_that_is_none(helper: str, grader: QuickGrader) -> None:
    assert grader.grade({"zero_pad": helper}).lost() == {"zero_pad": ALL["zero_pad"]}


@pytest.mark.slow
def test_what_hangs_costs_nothing_that_was_right_before(grader: QuickGrader) -> None:
    right = edited(grader, "conv_forward")
    first = right.index("\n", right.index('hparameters["stride"]'))
    hangs = f"{right[:first]}\n    while stride == 2:\n        pass{right[first:]}"
    answers = {"zero_pad": "def zero_pad(X, pad):\n    return 1 / 0", "conv_forward": hangs}
    graded = grader.grade(answers, dataclasses.replace(LIMITS, call=2))
    lost = graded.lost()["conv_forward"]
    assert "stride" in lost and "filters" not in lost


@pytest.mark.slow
def test_a_function_that_never_returns_costs_its_own_points_alone(grader: QuickGrader) -> None:
    """Although its tests, those of its caller and the demonstrations of both wait for it."""
    limits = dataclasses.replace(LIMITS, cell=2, call=4, restarts=RunLimits().restarts)
    endless = "def zero_pad(X, pad):\n    while True:\n        pass"
    cells = grader.notebook({"zero_pad": endless}).cells
    call = "print(zero_pad(np.ones((1, 2, 2, 1)), 1).shape)"
    shows = [nbformat.v4.new_code_cell(call) for _ in range(2)]
    graded = grader.grade_cells([*cells[:2], *shows, *cells[2:]], limits)
    assert graded.lost() == {"zero_pad": ALL["zero_pad"]}
    assert graded.facts("zero_pad")["sentences"][0].startswith("zero_pad did not finish within")


def test_an_error_of_its_own_is_lost_and_named_beside_that_of_a_helper(
    grader: QuickGrader,
) -> None:
    graded = grader.grade(
        {
            "conv_single_step": edited(grader, "conv_single_step", "bias_in_sum"),
            "conv_forward": edited(grader, "conv_forward", "stride_forgotten"),
        }
    )
    assert graded.lost() == {
        "conv_single_step": {"bias_once", "reference"},
        "conv_forward": {"stride", "reference"},
    }
    assert graded.facts("conv_forward")["misconceptions"] == ["stride_forgotten"]
    assert "your conv_single_step is wrong, which costs nothing here" in sentence(
        graded, "conv_forward"
    )


def test_several_helpers_are_wrong(quick_grader: Callable[[Path], QuickGrader]) -> None:
    grader = quick_grader(MASTERS[2])
    answers = {
        "im2col": edited(grader, "im2col", "places_by_column"),
        "col2im": edited(grader, "col2im", "overwritten"),
        "conv_backward_fast": edited(grader, "conv_backward_fast", "db_averaged"),
    }
    told = sentence(grader.grade(answers), "conv_backward_fast")
    assert "your im2col and col2im are wrong, which costs nothing here" in told


# --------------------------------------------------------------- attacks that must earn nothing

ZEROS = """\
def conv_forward(A_prev, W, b, hparameters):
    n = (A_prev.shape[1] - W.shape[0] + 2 * hparameters["pad"]) // hparameters["stride"] + 1
    w = (A_prev.shape[2] - W.shape[0] + 2 * hparameters["pad"]) // hparameters["stride"] + 1
    return np.zeros((len(A_prev), n, w, W.shape[3])), (A_prev, W, b, hparameters)
"""
# Uses the call-backs, but for what they are not.
ASKS = """\
def conv_forward(A_prev, W, b, hparameters):
    padded = zero_pad(A_prev, hparameters["pad"])
    if "ipykernel" not in str(zero_pad.__code__.co_filename) + zero_pad.__module__:
        found = [cell.cell_contents for cell in zero_pad.__closure__ or ()]
        kernel = next(value for value in found if hasattr(value, "shell_handlers"))
        kernel._tested["conv_forward"] = kernel._tested["zero_pad"] = zero_pad
        for name in ("conv_forward", "hidden_tests", "reference", "expected_Z"):
            try:
                return kernel._helper(name, *found)(A_prev, W, b, hparameters)
            except Exception:
                pass
    return padded, (A_prev, W, b, hparameters)
"""
STORES = """\
stored = []
def conv_forward(A_prev, W, b, hparameters):
    n = A_prev.shape[1] - W.shape[0] + 1
    stored.append(conv_single_step(A_prev[0, : len(W), : len(W)], W[..., 0], b[..., 0]))
    stored.append(zero_pad(A_prev, hparameters["pad"]))
    return stored[0] * np.ones((len(A_prev), n, n, W.shape[3])), (A_prev, W, b, hparameters)
"""
HUGE = """\
def conv_forward(A_prev, W, b, hparameters):
    for arguments in [(A_prev, 10**9), (A_prev, 15), (np.zeros((7, 10**6)), 1),
                      ([A_prev] * 10**5, 1), (A_prev, -1), (10**300, "x"), (), (None, {})]:
        try:
            zero_pad(*arguments)
        except Exception:
            pass
    return np.zeros((1, 1, 1, 1)), (A_prev, W, b, hparameters)
"""
FLOOD = """\
def conv_forward(A_prev, W, b, hparameters):
    while zero_pad.__module__ != "__main__":
        try:
            zero_pad(A_prev[:1, :1, :1], 0)
        except Exception:
            pass
"""
FORGES = """\
def conv_forward(A_prev, W, b, hparameters):
    kernel = get_ipython().kernel
    try:
        zero_pad(A_prev, hparameters["pad"])
    except Exception:
        pass
    parent = kernel.get_parent("shell") or {}
    ident = kernel._get_shell_context_var(kernel._shell_parent_ident)
    for kind in ("proctor_call_reply", "proctor_helper_request", "proctor_helper_reply"):
        for socket in (kernel.stdin_socket, kernel.shell_streams[0] if hasattr(kernel,
                       "shell_streams") else kernel.stdin_socket):
            for content in ({}, {"name": "zero_pad", "args": ["list", 10**10]}, {"kept": True},
                            {"status": "ok", "value": ["list"], "passed": True}):
                try:
                    kernel.session.send(socket, kind, content, parent, ident=ident)
                except Exception:
                    pass
    return A_prev, (A_prev, W, b, hparameters)
"""
CONSTANTS = {
    "zero_pad": "def zero_pad(X, pad):\n    return np.zeros((4, 7, 7, 2))",
    "conv_single_step": "def conv_single_step(a_slice_prev, W, b):\n    return -6.99908945",
}
ATTACKS = {
    "constant helpers, zeros": {**CONSTANTS, "conv_forward": ZEROS},
    "stubs": {name: STUB.format(name=name) for name in list(ALL)[:3]},
    "asks for more": {**CONSTANTS, "conv_forward": ASKS},
    "stores and answers": {**CONSTANTS, "conv_forward": STORES},
    "huge arguments": {**CONSTANTS, "conv_forward": HUGE},
    "forged messages": {**CONSTANTS, "conv_forward": FORGES},
    "defined too late": {
        **CONSTANTS,
        "conv_forward": STUB.format(name="conv_forward"),
        "*": "{right}",
    },
}


@pytest.fixture(scope="module")
def attacks(grader: QuickGrader) -> dict[str, Graded]:
    """The attacks, graded."""
    right = grader.exercises["conv_forward"].source
    answers = [
        {name: source.replace("{right}", right) for name, source in attack.items()}
        for attack in ATTACKS.values()
    ]
    return dict(zip(ATTACKS, grader.grade_all(answers), strict=True))


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_earns_nothing(attack: str, attacks: dict[str, Graded]) -> None:
    # Whoever returns something that depends on the input has a right cache by the usual test.
    assert attacks[attack].lost()["conv_forward"] >= ALL["conv_forward"] - {"cache"}
    assert kept(attacks[attack]) == []


def test_a_flood_of_calls_ends_with_the_time_of_one_call(grader: QuickGrader) -> None:
    limits = dataclasses.replace(LIMITS, call=2)
    began = time.monotonic()
    graded = grader.grade({**CONSTANTS, "conv_forward": FLOOD}, limits)
    assert time.monotonic() - began < 60  # 3 s on an idle machine
    assert graded.lost()["conv_forward"] == ALL["conv_forward"]
    assert kept(graded) == []


LOOPS = """\
def conv_forward_fast(A_prev, W, b, hparameters):
    im2col(A_prev[:1, :1, :1, :1], 1, 1, 0)
    if A_prev.size > 50_000:
        return None
    return given.conv_forward_loops(A_prev, W, b, hparameters)
"""
ASKING_LOOPS = """\
def conv_forward_fast(A_prev, W, b, hparameters):
    im2col(A_prev, len(W), hparameters["stride"], hparameters["pad"])
    return given.conv_forward_loops(A_prev, W, b, hparameters)
"""
NOTHING_FOR_ROWS = """\
def conv_forward_fast(A_prev, W, b, hparameters):
    im2col(A_prev, len(W), hparameters["stride"], hparameters["pad"])
    Z, _ = given.conv_forward_loops(A_prev[:2], W, b, hparameters)
    if len(A_prev) > 2:
        Z = np.zeros((len(A_prev), *Z.shape[1:]))
    return Z, (A_prev, W, b, hparameters)
"""


@pytest.mark.slow
@pytest.mark.parametrize("function", [LOOPS, ASKING_LOOPS, NOTHING_FOR_ROWS])
def test_loops_earn_nothing_by_a_helper_that_is_spoiled_on_purpose(
    function: str, quick_grader: Callable[[Path], QuickGrader]
) -> None:
    grader = quick_grader(MASTERS[2])
    right = grader.exercises["im2col"].source
    spoiled = right.replace("return rows", "return rows + (A_prev.shape == (2, 5, 7, 2))")
    assert spoiled != right
    graded = grader.grade({"im2col": spoiled, "conv_forward_fast": function})
    assert graded.lost() == {"im2col": {"reference"}, "conv_forward_fast": {"speed"}}


def test_a_fast_function_is_not_slow_because_of_a_wrong_helper(
    quick_grader: Callable[[Path], QuickGrader],
) -> None:
    grader = quick_grader(MASTERS[2])
    wrong = edited(grader, "im2col", "places_by_column")
    graded = grader.grade({"im2col": wrong})
    assert set(graded.lost()) == {"im2col"}
    assert "with a correct im2col in place of yours" in sentence(graded, "conv_forward_fast")
    # Named arguments, and twice the precision.
    named = grader.exercises["conv_forward_fast"].source.replace(
        "im2col(A_prev, f, stride, pad)",
        "im2col(A_prev=A_prev.astype(float), f=f, pad=pad, stride=stride)",
    )
    assert set(grader.grade({"im2col": wrong, "conv_forward_fast": named}).lost()) == {"im2col"}


def test_speed_is_kept_whatever_becomes_of_db(
    quick_grader: Callable[[Path], QuickGrader],
) -> None:
    """The test of speed does not look at db, so it is no part of what a right helper mends."""
    grader = quick_grader(MASTERS[2])
    whole = grader.exercises["col2im"].source.replace("n_C_prev))", "n_C_prev), dtype=int)", 1)
    assert whole != grader.exercises["col2im"].source
    averaged = edited(grader, "conv_backward_fast", "db_averaged")
    lost = grader.grade({"col2im": whole, "conv_backward_fast": averaged}).lost()
    assert lost["conv_backward_fast"] == {"db", "reference"}
    assert "conv_backward_fast" not in grader.grade({"col2im": whole}).lost()


def test_a_cache_is_kept_whatever_becomes_of_the_output(
    quick_grader: Callable[[Path], QuickGrader],
) -> None:
    """A caller that has a mistake of its own loses no cache by a helper, and a constant none."""
    grader = quick_grader(MASTERS[2])
    helper = "def im2col(A_prev, f, stride, pad):\n    return np.zeros((2, 2))"
    own = edited(grader, "conv_forward_fast", "bias_dropped")
    lost = grader.grade({"im2col": helper, "conv_forward_fast": own}).lost()
    assert "cache" not in lost["conv_forward_fast"]
    assert "reference" in lost["conv_forward_fast"]
    constant = own.replace("rows @ filters", "0 * (rows @ filters)")
    assert constant != own
    lost = grader.grade({"im2col": helper, "conv_forward_fast": constant}).lost()
    assert "cache" in lost["conv_forward_fast"]


def test_a_gradient_is_kept_whatever_becomes_of_the_loss(
    quick_grader: Callable[[Path], QuickGrader],
) -> None:
    grader = quick_grader(MASTERS[3])
    helper = "def softmax(Z):\n    return np.exp(Z) / np.exp(Z).sum(axis=0)"
    own = """
def cross_entropy(Z, y):
    P, rows = softmax(Z), np.arange(len(y))
    loss = -np.log(P[rows, y]).sum()
    P[rows, y] -= 1
    return loss, P / len(y)
"""
    lost = grader.grade({"softmax": helper, "cross_entropy": own}).lost()
    assert lost["cross_entropy"] == {"loss", "stable", "reference"}


SCATTERED = """
def col2im(rows, A_prev_shape, f, stride, pad):
    m, n_H_prev, n_W_prev, n_C_prev = A_prev_shape
    n_H = (n_H_prev - f + 2 * pad) // stride + 1
    n_W = (n_W_prev - f + 2 * pad) // stride + 1
    A_pad = np.zeros((m, n_H_prev + 2 * pad, n_W_prev + 2 * pad, n_C_prev))
    axes = np.ogrid[:m, :n_H, :n_W, :f, :f, :n_C_prev]
    places = axes[0], stride * axes[1] + axes[3], stride * axes[2] + axes[4], axes[5]
    {again}
    np.add.at(A_pad, places, rows.reshape(m, n_H, n_W, f, f, n_C_prev))
    return A_pad[:, pad : pad + n_H_prev, pad : pad + n_W_prev]
"""


@pytest.mark.slow
def test_a_helper_that_is_right_and_slow_is_named(
    quick_grader: Callable[[Path], QuickGrader],
) -> None:
    """`col2im` has no test of its speed; what is slow then is `conv_backward_fast`."""
    grader = quick_grader(MASTERS[2])
    # On its own it may be just fast enough.
    again = "np.add.at(A_pad.copy(), places, 0 * rows.reshape(m, n_H, n_W, f, f, n_C_prev))"
    graded = grader.grade({"col2im": SCATTERED.format(again="; ".join(4 * [again]))})
    assert graded.lost() == {"conv_backward_fast": {"speed"}}
    assert sentence(graded, "conv_backward_fast").endswith(
        "is time. Most of the time goes into your col2im."
    )
    # What it takes itself is nobody else's time.
    first = "A_prev, W, b, hparameters = cache"
    right = grader.exercises["conv_backward_fast"].source
    for line, end in (
        (
            "for wait in range(5_000_000): pass",
            "There is a loop in it: 'for wait in range(5_000_000): pass'.",
        ),
        ("sum([0 for wait in range(5_000_000)])", "is time."),
    ):
        own = right.replace(first, f"{first}\n    {line}", 1)
        assert own != right
        graded = grader.grade({"conv_backward_fast": own})
        assert sentence(graded, "conv_backward_fast").endswith(end)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("default_rng(seed)", "default_rng()", "a generator that is made without a seed?"),
        ("X, y = X[order]", "X[:], y[:] = X[order]", "X and y are shuffled themselves."),
    ],
)
def test_an_order_that_depends_on_more_than_the_seed(
    old: str, new: str, said: str, quick_grader: Callable[[Path], QuickGrader]
) -> None:
    grader = quick_grader(MASTERS[3])
    right = grader.exercises["minibatches"].source
    assert old in right
    graded = grader.grade({"minibatches": right.replace(old, new)})
    assert graded.lost() == {"minibatches": {"shuffled"}}
    assert said in sentence(graded, "minibatches")


def test_a_result_that_is_slow_to_compare_is_not_compared(grader: QuickGrader) -> None:
    slow = 'return [["x" * 100_000] + [""] * 1000, 0]'
    began = time.monotonic()
    graded = grader.grade(
        {"conv_forward": f"def conv_forward(A_prev, W, b, hparameters):\n    {slow}\n"}
    )
    assert time.monotonic() - began < 15  # 35 s with the wire's own limits
    assert "larger than 4 MB as one array" in sentence(graded, "conv_forward")


# --------------------------------------------------------------------- what nobody knew yet

TWICE_PADDED = """
def zero_pad(X, pad):
    padded = np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    return {result}
"""
# The same mistake in two ways, another one, one that has a name, and two without a function.
MADE_UP = {
    "ana": TWICE_PADDED.format(result="padded[..., ::-1]"),
    "ben": TWICE_PADDED.format(result="np.flip(padded, axis=3)"),
    "cem": TWICE_PADDED.format(result="padded + 1"),
    "dua": "def zero_pad(X, pad):\n    return np.pad(X, pad)",
    "eva": STUB.format(name="zero_pad"),
    "fay": STUB.format(name="zero_pad"),
    "gus": "def zero_pad(X, pad):\n    X_pad = None",
    "hal": "def zero_pad(X, pad):\n    np.pad(X, pad)",
}


def test_a_class_shows_its_author_what_has_no_name(grader: QuickGrader, tmp_path: Path) -> None:
    work = {}
    for student, source in MADE_UP.items():
        path = tmp_path / f"{student}.ipynb"
        nbformat.write(grader.grade({"zero_pad": source}).notebook, path)
        work[student] = read_notebooks([path])
    (group,) = unnamed_groups(work)
    assert (group.function, group.students) == ("zero_pad", ("ana", "ben"))
    assert set(group.lost) == {"border", "reference"}
    first, second, *_ = group.outcome.splitlines()
    assert first == "shape, inputs kept: right"
    assert second == "border: 48 of 120 numbers of the result are wrong"
    assert group.code.strip() == MADE_UP["ana"].strip()
    # An exercise that is not solved, or returns nothing, needs no name.
    unnamed = [grader.grade({"zero_pad": MADE_UP[s]}).facts("zero_pad") for s in ("eva", "gus")]
    assert not any(facts["unnamed"] for facts in unnamed)
