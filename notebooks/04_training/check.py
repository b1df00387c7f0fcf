"""See how far a function is while you work on it: ``check(zero_pad)``, in a cell of its own.

Nothing in here is needed to solve the exercises, no point depends on it, and it needs no network.
Each lesson has a copy of this file and beside it checks.json: what the visible tests ask for, and
how typical slips show on small examples. Neither holds a solution.
"""

import contextlib
import hashlib
import importlib
import inspect
import io
import json
import linecache
import os
import re
import textwrap
import traceback
import warnings
from collections import namedtuple
from pathlib import Path

import numpy as np

DATA = Path(__file__).with_name("checks.json")
WIDTH = 92  # of the lines that are printed
RIGHT, WRONG = "\N{CHECK MARK}", "\N{BALLOT X}"
FIRST, CALM = "\N{RIGHTWARDS ARROW}", "\N{MIDDLE DOT}"

NOT_CHECKED = "Not checked while grading."
NO_DATA = "There is no checks.json beside this notebook: get it again with the lesson's files."
UNKNOWN = "This is no exercise of the lesson. Those that can be checked: {names}."
HELPER_WRONG = "{helper} goes wrong; look there first, with check({helper})."
HELPER_UNSOLVED = "{name} calls {helper}, which is not solved yet; begin there."
ONE_OF = "It does what one of these slips does:"
ALL_RIGHT = "{name}: all {count} behaviours are right here. Grading tests them on other numbers."
SOME_RIGHT = "{name}: right in {right} of {count} behaviours."
OTHER_CALL = "{name} cannot be called as in the exercise; leave its def line as it is. ({raised})"
CELLS_MISSING = "A cell further up has not been run since the kernel was started. ({raised})"
OTHER_FORM = "{name} returned something of another kind than the docstring asks for ({raised})."

# Numbers become steps of a scale that is even around 0 and gets coarser with their size, so that
# neither the order of a sum nor the precision of its numbers matters. What one scale takes apart
# because it lies at the edge of a step lies within a step of the others.
UNIT, STEP, SCALES = 0.1, 1e-3, 3
LONGEST = 300  # of an exception's text
SHORT = re.compile(r"[(\[][-\d., ()\[\]]{,60}[)\]]")  # a shape, or a short array

# How a visible test fails: the exception, whether it comes from the student's own code and from
# which line of it, or else the message of the assert.
Fault = namedtuple("Fault", "raised own line message")


def check(function):
    """Print which behaviours of a function are right, and what goes wrong in the others."""
    if os.environ.get("UNDRAWN"):  # The grader says so; see drawing.py.
        print(NOT_CHECKED)
        return
    print(report(function, inspect.currentframe().f_back.f_globals))


def check_guess(guess, right):
    """Say whether a prediction comes true; say nothing as long as it is None."""
    if guess is not None:
        same = np.array_equal(np.asarray(guess, dtype=object), np.asarray(right, dtype=object))
        print(f"{RIGHT} As you predicted." if same else f"{WRONG} You predicted {guess}. It is:")


def report(function, names):
    """Return what check prints about a function of a notebook that knows these names."""
    if not DATA.is_file():
        return NO_DATA
    return report_on(json.loads(DATA.read_text(encoding="utf-8")), function, names)


def report_on(lesson, function, names):
    """Return what check prints, given what checks.json holds."""
    name = getattr(function, "__name__", "")
    exercise = lesson["functions"].get(name)
    if exercise is None:
        return UNKNOWN.format(names=", ".join(lesson["functions"]))
    faults = find_faults(lesson, function, names)
    if _is_unsolved(faults):
        return _lines(CALM, _unsolved(lesson, function, names))
    texts = _texts(lesson, name, faults)
    slips = name_slips(lesson, function)
    notes = list(_wrong_helpers(lesson, function, names)) if texts or slips else []
    if slips and not notes:  # With a wrong helper, a right function may look like a wrong one.
        lost = {*texts}.union(*(slip["fails"] for slip in slips))
        texts = {b: _without_question(texts.get(b, exercise["says"][b])) for b in lost}
        notes = [ONE_OF] if len(slips) > 1 else []
        notes += [slip["sentence"] for slip in slips]
    return _page(name, exercise["says"], texts, notes)


# ----------------------------------------------------------------------------- the visible tests


def find_faults(lesson, function, names):
    """Return for each behaviour how its visible test fails, or None."""
    tests = lesson["functions"][function.__name__]["tests"]
    with _quiet():
        return {behaviour: _fault(test, function, names) for behaviour, test in tests.items()}


def _fault(test, function, names):
    """Run a visible test with the notebook's names; return how it fails, or None."""
    # A copy: what a test defines must not replace a name of the notebook.
    known = {**names, function.__name__: function}
    try:
        exec(compile(test, "<visible test>", "exec"), known)
    except Exception as error:
        places = [
            (frame.f_code.co_filename, number)
            for frame, number in traceback.walk_tb(error.__traceback__)
            if frame.f_globals is names
        ]
        line = linecache.getline(*places[-1]).strip() if places else ""
        message = str(error) if isinstance(error, AssertionError) and not places else ""
        return Fault(_raised(error), bool(places), line, message)
    return None


def _raised(error):
    """Return an exception as text."""
    return f"{type(error).__name__}: {error}"[:LONGEST].strip()


def _texts(lesson, name, faults):
    """Put into words how each visible test failed; the same exception in the same line once."""
    texts, told = {}, {}
    for behaviour, fault in faults.items():
        if fault:
            place = (fault.raised.partition(":")[0], fault.line) if fault.own else behaviour
            texts[behaviour] = told.setdefault(place, _text(lesson, name, fault))
    return texts


def _text(lesson, name, fault):
    """Put into words how a visible test failed."""
    if fault.message:
        return fault.message
    if not fault.own:
        called = fault.raised.startswith(f"TypeError: {name}()")
        missing = fault.raised.startswith("NameError")
        text = OTHER_CALL if called else CELLS_MISSING if missing else OTHER_FORM
        return text.format(name=name, raised=fault.raised)
    line = f", in your line {fault.line!r}." if fault.line else "."
    hints = [f" {hint}" for begin, hint in lesson["hints"] if re.match(begin, fault.raised)]
    return lesson["texts"]["raised"].format(
        name=name, raised=fault.raised, line=line, hint=hints[0] if hints else ""
    )


def _without_question(text):
    """Leave out the question that ends a message: the answer is known."""
    parts = re.split(r"((?<=[.?])\s+(?=[A-Z])|\n(?=[A-Z]))", text)
    while len(parts) > 1 and parts[-1].endswith("?"):
        del parts[-2:]
    return "".join(parts)


# ------------------------------------------------------------------------------------ the helpers


def _unsolved(lesson, function, names):
    """Say what is not solved yet: a helper if it is one, else the function itself."""
    for helper in _helpers(lesson, function, names):
        if _is_unsolved(find_faults(lesson, helper, names)):
            return HELPER_UNSOLVED.format(name=function.__name__, helper=helper.__name__)
    return lesson["texts"]["unsolved"].format(name=function.__name__)


def _is_unsolved(faults):
    """Say whether a function still raises NotImplementedError."""
    raised = [fault.raised for fault in faults.values() if fault]
    return any(text.startswith("NotImplementedError") for text in raised)


def _wrong_helpers(lesson, function, names):
    """Yield a sentence for each helper that goes wrong by itself."""
    for helper in _helpers(lesson, function, names):
        if any(find_faults(lesson, helper, names).values()) or name_slips(lesson, helper):
            yield HELPER_WRONG.format(helper=helper.__name__)


def _helpers(lesson, function, names):
    """Return the earlier exercises that a function calls, itself or through other functions."""
    called, waiting = set(), [function]
    while waiting:
        new = _names_in(getattr(waiting.pop(), "__code__", None)) - called
        called |= new
        waiting += [names[name] for name in new if inspect.isfunction(names.get(name))]
    declared = lesson["functions"][function.__name__]["helpers"]
    return [names[name] for name in declared if name in called and callable(names.get(name))]


def _names_in(code):
    """Return the names that a function's code uses, nested functions included."""
    if code is None:
        return set()
    inner = (part for part in code.co_consts if inspect.iscode(part))
    return set(code.co_names).union(*map(_names_in, inner))


# -------------------------------------------------------------------------------------- the slips


def name_slips(lesson, function):
    """Return the slips that do on small examples what the function does."""
    exercise = lesson["functions"][function.__name__]
    if not exercise["prints"]:
        return []
    found = [exercise["prints"].get(mark) for mark in prints(lesson, function)]
    numbers = next((numbers for numbers in found if numbers), [])
    return [exercise["slips"][number] for number in numbers]


def prints(lesson, function):
    """Return what a function does on its small examples as short marks, the surest first.

    There is one for each scale; if the function raises exceptions, one with the shapes that do
    not fit, and one without, since they depend on how much is computed at a time. Nothing but a
    comparison with other marks can be made of them.
    """
    probe = lesson["functions"][function.__name__]["probe"]
    with _quiet():
        tokens = [token for call in probe for token in _call(lesson, function, call)]
    without = [token.partition(" at ")[0] if isinstance(token, str) else token for token in tokens]
    marks = []
    for texts in (tokens, without):
        for number in range(SCALES):
            places = [_place(t, number / SCALES) if isinstance(t, float) else t for t in texts]
            digest = hashlib.sha256("\n".join(places).encode()).hexdigest()
            marks.append(f"{number}{digest[:12]}")
    return list(dict.fromkeys(marks))


def _call(lesson, function, call):
    """Call a function twice; return its result and its arguments afterwards as tokens."""
    first, second = (_tokens_of_call(lesson, function, call) for _ in range(2))
    if len(first) != len(second):
        return ["varies"]
    # What starts from random numbers is never the same twice.
    return [a if _alike(a, b) else "varies" for a, b in zip(first, second, strict=True)]


def _tokens_of_call(lesson, function, call):
    """Return what comes of one call, or what kind of exception."""
    args, kwargs = decode(call["args"]), decode(call["kwargs"])
    try:
        result = function(*args, **kwargs)
    except Exception as error:
        raised = _raised(error)
        kinds = [kind for kind, pattern in lesson["kinds"] if re.match(pattern, raised)]
        shapes = sorted(re.findall(r"\([\d, ]+\)", raised.replace(", ", ",")))
        return [f"raises {kinds[0] if kinds else type(error).__name__} at {shapes}"]
    return [*_tokens(result), "arguments", *_tokens(args)]


def _tokens(value):
    """Yield a value as texts and numbers: of an array its shape and two sums of its numbers."""
    if value is None or isinstance(value, (str, bytes)) or callable(value):
        yield getattr(value, "__name__", repr(value))
        return
    if isinstance(value, dict):
        yield f"dictionary of {sorted(map(str, value))}"
        for key in sorted(value, key=str):
            yield from _tokens(value[key])
        return
    array = _as_array(value)
    if array is not None:
        yield from _tokens_of_array(array)
    elif isinstance(value, (list, tuple)):
        yield f"{len(value)} things"
        for part in value:
            yield from _tokens(part)
    else:
        yield type(value).__name__


def _as_array(value):
    """Return a value as an array of numbers, or None if it is none."""
    try:
        array = np.asarray(value)
    except (TypeError, ValueError):
        return None
    return array if array.dtype.kind in "biufc" else None


def _tokens_of_array(array):
    """Yield an array's shape, where it is not finite, and two sums that tell its order."""
    numbers = np.stack([array.real, array.imag]).astype(float).reshape(-1)
    special = np.where(np.isfinite(numbers), 0, np.where(np.isnan(numbers), 1, np.sign(numbers)))
    yield f"array of {array.shape}"
    yield hashlib.sha256(special.astype(np.int8).tobytes()).hexdigest() if special.any() else ""
    finite = np.where(special == 0, numbers, 0)
    count = np.arange(finite.size)
    for weights in (np.cos(1 + count), np.cos(2 + 1.7 * count)):
        yield float(np.dot(finite, weights) / max(1, array.size) ** 0.5)


def _place(number, shift):
    """Return on which step of a scale a number lies."""
    return str(np.floor(np.arcsinh(number / UNIT) / STEP + shift))


def _alike(first, second):
    """Say whether two tokens are the same, as far as rounding allows."""
    if isinstance(first, float) and isinstance(second, float):
        return bool(np.isclose(first, second, rtol=1e-6, atol=1e-6, equal_nan=True))
    return first == second


def encode(value):
    """Return an argument of a small example as JSON."""
    if isinstance(value, np.ndarray):
        values = value.reshape(-1).tolist()
        return {"shape": list(value.shape), "dtype": value.dtype.name, "values": values}
    if isinstance(value, (list, tuple)):
        return {type(value).__name__: [encode(part) for part in value]}
    if isinstance(value, dict):
        return {"dict": {key: encode(part) for key, part in value.items()}}
    if callable(value):
        return {"module": value.__module__, "name": value.__name__}
    return value


def decode(value):
    """Return an argument from its JSON, new each time: a function may change it."""
    if not isinstance(value, dict):
        return value
    if "values" in value:
        return np.array(value["values"], dtype=value["dtype"]).reshape(value["shape"])
    if "name" in value:
        return getattr(importlib.import_module(value["module"]), value["name"])
    if "dict" in value:
        return {key: decode(part) for key, part in value["dict"].items()}
    ((kind, parts),) = value.items()
    return {"list": list, "tuple": tuple}[kind](map(decode, parts))


# --------------------------------------------------------------------------------------- the page


def _page(name, says, texts, notes):
    """Put together what is printed: what to look at first, then the behaviours."""
    right = len(says) - len(texts)
    title = (SOME_RIGHT if texts else ALL_RIGHT).format(name=name, right=right, count=len(says))
    lines = [title]
    lines += ["", *(_lines(FIRST, note) for note in notes), ""] if notes else [""]
    told = set()
    for behaviour, sentence in says.items():
        text = texts.get(behaviour)
        if text is None:
            lines.append(_lines(RIGHT, f"{behaviour}: {sentence}"))
        elif text not in told:
            same = [other for other in says if texts.get(other) == text]
            lines.append(_lines(WRONG, f"{', '.join(same)}: {text}"))
            told.add(text)
    return "\n".join(lines)


def _lines(sign, text):
    """Return a text behind a sign, wrapped; the rows of an array stay as they are."""
    lines = []
    for line in f"{sign} {text}".splitlines():
        if line.lstrip().startswith("["):
            lines.append(f"  {line}")
            continue
        # A shape and a short array stay in one piece.
        line = SHORT.sub(lambda short: short[0].replace(" ", "\0"), line)
        first = "  " if lines else ""
        lines += textwrap.wrap(line, WIDTH, initial_indent=first, subsequent_indent="  ")
    return "\n".join(lines).replace("\0", " ")


@contextlib.contextmanager
def _quiet():
    """Let the function print and warn in vain: its output belongs to its own cell."""
    nowhere = io.StringIO()
    with (
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
        np.errstate(all="ignore"),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield
