"""See how far a function is while you work on it: ``check(zero_pad)``, in a cell of its own.

Nothing in here is needed to solve the exercises, no point depends on it, and it needs no network.
Each lesson has a copy of this file and beside it checks.json: what the visible tests ask for, and
how typical slips show on small examples. Neither holds a solution: of a right result there is a
seal of 16 bits, which tells whether yours is right, and too little to find one, unless it is a
mask of a few places.
"""

import contextlib
import copy
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
import types
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
ALL_RIGHT = "{name}: {all} behaviours are right here. Grading tests them on other input."
ELSEWHERE = "Right on the numbers of the test below, but not on all. It should be so: {says}"
SOME_RIGHT = "{name}: right in {right} of {count} behaviours."
OTHER_CALL = "{name} cannot be called as in the exercise; leave its def line as it is. ({raised})"
CELLS_MISSING = "A cell further up has not been run since the kernel was started. ({raised})"
OTHER_FORM = "{name} returned something of another kind than the docstring asks for ({raised})."

# Numbers become steps of a scale that is even around 0 and gets coarser with their size, so that
# neither the order of a sum nor the precision of its numbers matters. What one scale takes apart
# because it lies at the edge of a step lies within a step of the others.
UNIT, STEP, SCALES = 0.1, 1e-3, 3
# Of two slips at once only a short mark is kept, for one scale.
SHORTER = 9
# A seal stands on the scale on which no number of it lies near the edge of a step.
SHIFTS, SEAL, SEAL_STEP = 16, 4, 1e-6
# Whether all numbers are off by the same: what is hardly off at all is not to look like that.
FINE_STEP = 1e-7
LONGEST = 300  # of an exception's text
UNSEEN = "something of type "  # begins the token of what cannot be looked into
SHORT = re.compile(r"[(\[][-\d., ()\[\]]{,60}[)\]]")  # a shape, or a short array

# How a visible test fails: the exception, whether it comes from the student's own code and from
# which line of it, or else the message of the assert.
Fault = namedtuple("Fault", "raised own line message")
# What came of a call on a small example: an exception as text, or a result; and its arguments.
Outcome = namedtuple("Outcome", "raised result arguments")
# Of one thing that a function returns: its name, and case by case yours and the seal of the right.
Part = namedtuple("Part", "name pairs")


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
    name = _exercise_of(lesson, function, names)
    if name is None:
        return UNKNOWN.format(names=", ".join(lesson["functions"]))
    exercise, function = lesson["functions"][name], _under_its_name(function, name)
    faults = find_faults(lesson, function, names)
    if _is_unsolved(faults):
        return _lines(CALM, _unsolved(lesson, function, names))
    texts = _texts(lesson, name, faults)
    intro, slips = name_slips(lesson, function)
    notes = list(_wrong_helpers(lesson, function, names)) if texts or slips else []
    if slips and not notes:  # With a wrong helper, a right function may look like a wrong one.
        lost = {*texts}.union(*(slip["fails"] for slip in slips))
        texts = {b: _lost(texts.get(b), exercise["says"][b]) for b in lost}
        notes = [*intro, *(slip["sentence"] for slip in slips)]
    elif texts and not notes:
        notes = locate(lesson, function, names)
    return _page(name, exercise["says"], texts, notes)


def _exercise_of(lesson, function, names):
    """Return the name of the exercise that a function solves, or None."""
    own = getattr(function, "__name__", "")
    if not callable(function):
        return None
    if own in lesson["functions"]:
        return own
    return next((name for name in lesson["functions"] if names.get(name) is function), None)


def _under_its_name(function, name):
    """Return a function with the name of its exercise: a lambda, for one, has another."""
    if getattr(function, "__name__", "") == name:
        return function
    if inspect.isfunction(function):
        parts = function.__code__, function.__globals__, name, function.__defaults__
        same = types.FunctionType(*parts, function.__closure__)
        same.__kwdefaults__, same.__qualname__ = function.__kwdefaults__, name
        return same

    def same(*args, **kwargs):
        return function(*args, **kwargs)

    same.__name__ = same.__qualname__ = name
    return same


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


def _lost(text, says):
    """Say how a slip loses a behaviour, whether the visible test sees it or not."""
    return ELSEWHERE.format(says=says) if text is None else _without_question(text)


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
        if any(find_faults(lesson, helper, names).values()) or name_slips(lesson, helper)[1]:
            yield HELPER_WRONG.format(helper=helper.__name__)


def _helpers(lesson, function, names):
    """Return the earlier exercises that a function calls, itself or through other functions."""
    called, waiting, seen = set(), [function], set()
    while waiting:
        one = _as_function(waiting.pop())
        if one is not None and one not in seen:
            seen.add(one)
            new = _names_in(one.__code__)
            called |= new
            waiting += [names[name] for name in new if inspect.isfunction(names.get(name))]
            with contextlib.suppress(ValueError):  # a name that has no value yet
                waiting += [cell.cell_contents for cell in one.__closure__ or ()]
    declared = lesson["functions"][function.__name__]["helpers"]
    found = (name for name in declared if name in called and callable(names.get(name)))
    return [_under_its_name(names[name], name) for name in found]


def _as_function(value):
    """Return the function with code that a value is, or that is behind it, or None."""
    value = getattr(value, "func", value)  # as functools.partial has it
    if not inspect.isfunction(value):
        value = inspect.getattr_static(type(value), "__call__", None)
    return value if inspect.isfunction(value) else None


def _names_in(code):
    """Return the names that a function's code uses, nested functions included."""
    if code is None:
        return set()
    inner = (part for part in code.co_consts if inspect.iscode(part))
    return set(code.co_names).union(*map(_names_in, inner))


# -------------------------------------------------------------------------------------- the slips


def name_slips(lesson, function):
    """Return the slips that do on small examples what the function does, and what leads to them."""
    exercise = lesson["functions"][function.__name__]
    if not exercise["prints"]:
        return [], []
    shown = prints(lesson, function)
    one = next((found for mark in shown if (found := exercise["prints"].get(mark))), [])
    two = next((found for mark in shown if (found := exercise["pairs"].get(mark[:SHORTER]))), [])
    numbers, intro = (one, ONE_OF) if one else (two, lesson["texts"]["together"])
    return [intro] if len(numbers) > 1 else [], [exercise["slips"][number] for number in numbers]


def prints(lesson, function):
    """Return what a function does on its small examples as short marks, the surest first.

    There is one for each scale; if the function raises exceptions, one with the shapes that do
    not fit, and one without, since they depend on how much is computed at a time. Nothing but a
    comparison with other marks can be made of them.
    """
    return marks(traces(lesson, function))


def traces(lesson, function):
    """Return what a function does on its small examples as tokens: texts and numbers."""
    probe = lesson["functions"][function.__name__]["probe"]
    with _quiet():
        return [token for call in probe for token in _call(lesson, function, call)]


def marks(full):
    """Return the marks of some tokens."""
    without = [token.partition(" at ")[0] if isinstance(token, str) else token for token in full]
    found = [
        f"{number}{_digest(texts, STEP, number / SCALES)[:12]}"
        for texts in (full, without)
        for number in range(SCALES)
    ]
    return list(dict.fromkeys(found))


def _call(lesson, function, call):
    """Call a function twice; return its result and its arguments afterwards as tokens."""
    first, second = (_tokens_of_call(lesson, function, call) for _ in range(2))
    if len(first) != len(second):
        return ["varies"]
    # What starts from random numbers is never the same twice.
    return [a if _alike(a, b) else "varies" for a, b in zip(first, second, strict=True)]


def _tokens_of_call(lesson, function, call):
    """Return what comes of one call, or what kind of exception."""
    outcome = _outcome(function, call)
    if outcome.raised:
        shapes = sorted(re.findall(r"\([\d, ]+\)", outcome.raised.replace(", ", ",")))
        return [f"raises {_kind(lesson, outcome.raised)} at {shapes}"]
    return [*tokens(outcome.result), "arguments", *tokens(outcome.arguments)]


def _outcome(function, call):
    """Call a function with a small example."""
    args, kwargs = decode(call["args"]), decode(call["kwargs"])
    try:
        return Outcome("", function(*args, **kwargs), args)
    except Exception as error:
        return Outcome(_raised(error), None, args)


def _kind(lesson, raised):
    """Return what kind of thing an exception says has failed."""
    kinds = (kind for kind, pattern in lesson["kinds"] if re.match(pattern, raised))
    return next(kinds, raised.partition(":")[0])


def tokens(value):
    """Yield a value as texts and numbers: of an array its shape and two sums of its numbers."""
    if value is None or isinstance(value, (str, bytes)) or callable(value):
        yield getattr(value, "__name__", repr(value))
        return
    if isinstance(value, dict):
        yield f"dictionary of {sorted(map(str, value))}"
        for key in sorted(value, key=str):
            yield from tokens(value[key])
        return
    array = as_array(value)
    if array is not None:
        yield from _tokens_of_array(array)
    elif isinstance(value, (list, tuple)):
        yield f"{len(value)} things"
        for part in value:
            yield from tokens(part)
    elif isinstance(value, (set, frozenset)):
        yield f"set of {len(value)} things"
        for part in sorted((list(tokens(part)) for part in value), key=str):
            yield from part
    else:
        yield f"{UNSEEN}{type(value).__name__}"


def _is_seen(parts):
    """Say whether tokens tell all of a value; of an iterator they tell only that it is one."""
    return not any(isinstance(token, str) and token.startswith(UNSEEN) for token in parts)


def as_array(value):
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


def _digest(parts, step, shift):
    """Return a digest of tokens, in which each number has become a step of a scale."""
    places = [str(np.floor(_place(t, step) + shift)) if isinstance(t, float) else t for t in parts]
    return hashlib.sha256("\n".join(places).encode()).hexdigest()


def _place(number, step):
    """Return where on a scale a number lies, in steps."""
    return np.arcsinh(number / UNIT) / step


def _alike(first, second):
    """Say whether two tokens are the same, as far as rounding allows."""
    if first == second:  # Nearly always, and much quicker than what follows.
        return True
    if isinstance(first, float) and isinstance(second, float):
        return bool(np.isclose(first, second, rtol=1e-6, atol=1e-6, equal_nan=True))
    return False


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


# ------------------------------------------------------------------------------ where it is wrong


def seal(value, step=SEAL_STEP):
    """Return the seal of what is right: enough to recognise it, and too little to find it."""
    parts = list(tokens(value))
    places = np.array([_place(token, step) for token in parts if isinstance(token, float)])
    shifts = np.arange(SHIFTS)[:, np.newaxis] / SHIFTS
    from_edge = np.abs((places + shifts + 0.5) % 1 - 0.5).min(axis=1, initial=1)
    return _sealed(parts, int(from_edge.argmax()), step)


def fits(sealed, value, step=SEAL_STEP):
    """Say whether a value is the one that was sealed."""
    return _sealed(list(tokens(value)), int(sealed[0], SHIFTS), step) == sealed


def _sealed(parts, shift, step):
    return f"{shift:x}{_digest(parts, step, shift / SHIFTS)[:SEAL]}"


# What one factor, or one amount, for all numbers leaves as it is.
RELATIONS = {"factor": lambda a: a / a.flat[0], "amount": lambda a: a - a.flat[0]}
PATTERNS = {
    "only_first": lambda n: n == 0,
    "only_last": lambda n: n == n[-1],
    "but_first": lambda n: n != 0,
    "but_last": lambda n: n != n[-1],
}


def locate(lesson, function, names):
    """Say of a function that makes no slip that is known where it is wrong on small examples."""
    exercise, texts = lesson["functions"][function.__name__], lesson["texts"]
    with _quiet():
        outcomes = [_outcome(function, call) for call in exercise["probe"]]
        stopped = [outcome.raised for outcome in outcomes if outcome.raised]
        if stopped:
            alike = len({_kind(lesson, raised) for raised in stopped}) == 1
            goes = [not outcome.raised for outcome in outcomes]
            return _when(exercise, goes, texts["stops"]) if alike else []
        if not outcomes or any(_is_blurred(outcome.result) for outcome in outcomes):
            return []
        if any("varies" in _call(lesson, function, call) for call in exercise["probe"]):
            return [texts["varies"]]
        fine, sentences = _results(exercise, texts, outcomes)
        return sentences + _step(lesson, function, names, fine)


def _is_blurred(result):
    """Say whether a result is None, or has only single precision, which no seal fits."""
    parts = result if isinstance(result, (tuple, list)) else [result]
    single = (np.float16, np.float32)
    return result is None or any(getattr(part, "dtype", None) in single for part in parts)


def _results(exercise, texts, outcomes):
    """Say what is wrong with the results; return also for each case whether it is right."""
    parts = _parts(exercise, outcomes)
    if isinstance(parts, list):
        each = [[_is_right(*pair) for pair in part.pairs] for part in parts]
        fine = [_all(case) for case in zip(*each, strict=True)]
    else:
        fine = [False] * len(outcomes)
    if _is_constant(exercise, outcomes) and not exercise["constant"]:
        return fine, [texts["constant"]]
    if not isinstance(parts, list):
        return fine, [texts["count"].format(**parts)]
    if all(fine):
        kept = all(
            list(tokens(outcome.arguments)) == list(tokens(decode(call["args"])))
            for outcome, call in zip(outcomes, exercise["probe"], strict=True)
        )
        return fine, [] if kept else [texts["changed"]]
    wrong = [Part(p.name, [c for c in p.pairs if _is_right(*c) is False]) for p in parts]
    sentences = _which(exercise, texts, parts) if len(parts) > 1 else []
    how = (_how(texts, part) for part in wrong if part.pairs)
    sentences += [_capital(text) for text in next(filter(None, how), [])]
    return fine, sentences + _when(exercise, fine, texts["when"])


def _parts(exercise, outcomes):
    """Return the things that a function returns; or how many, if it is another number."""
    names, results = exercise["parts"], [outcome.result for outcome in outcomes]
    if len(names) < 2:
        results = [(result,) for result in results]
    counts = {len(r) if isinstance(r, (tuple, list)) else 1 for r in results}
    if counts != {max(1, len(names))}:
        told = ["a single thing" if count == 1 else f"{count} things" for count in sorted(counts)]
        right = f"{len(names)} things" if names[0] == "the first result" else _join(names)
        return {"name": exercise["name"], "right": right, "yours": " or ".join(told)}
    return [
        Part(name, [(r[n], c["right"][n]) for r, c in zip(results, exercise["probe"], strict=True)])
        for n, name in enumerate(names if len(names) > 1 else ["the result"])
    ]


def _is_constant(exercise, outcomes):
    """Say whether several calls gave one result, the main one of several."""
    one = _main if len(exercise["parts"]) > 1 else lambda result: result
    first, *others = [list(tokens(one(outcome.result))) for outcome in outcomes]
    return bool(others) and _is_seen(first) and all(other == first for other in others)


def _main(result):
    """Return a result, or the first of several: the output, not the cache."""
    return result[0] if isinstance(result, (tuple, list)) and result else result


def _is_right(yours, right):
    """Say whether a part of a result is right; None if that is not known."""
    return fits(right["seal"], yours) if "seal" in right else None


def _all(known):
    """Say whether all is right, as far as it is known; None if it is not."""
    return False if False in known else None if None in known else True


def _which(exercise, texts, parts):
    """Say which of several results are wrong."""
    each = {part.name: _all([_is_right(*pair) for pair in part.pairs]) for part in parts}
    for part in parts:
        if part.name in exercise["seals"]:
            yours = [mine for mine, _ in part.pairs]
            each[part.name] = fits(exercise["seals"][part.name], yours)
    wrong = [name for name, good in each.items() if good is False]
    right = [name for name, good in each.items() if good]
    if not wrong:
        return []
    are = ["are" if len(names) > 1 else "is" for names in (wrong, right)]
    others = texts["right_parts"].format(right=_join(right), is_right=are[1]) if right else ""
    return [texts["parts"].format(wrong=_join(wrong), is_wrong=are[0], others=others)]


def _how(texts, part):
    """Say how one result differs from the right one."""
    arrays = [as_array(yours) for yours, _ in part.pairs]
    rights = [right for _, right in part.pairs]
    if any("shape" not in right for right in rights):  # such as a cache
        return []
    for array, (yours, right) in zip(arrays, part.pairs, strict=True):
        if array is None:
            text = texts["no_numbers" if right["shape"] else "no_number"]
            return [text.format(part=part.name, kind=type(yours).__name__)]
        if list(array.shape) != right["shape"]:
            return [_shape(texts, part.name, array.shape, right["shape"])]
    if all(array.size and not array.any() for array in arrays):
        return [texts["zero"].format(part=part.name)]
    if all(not np.isfinite(array).all() for array in arrays):
        return [texts["not_finite"].format(part=part.name)]
    if all(fits(right["seal"], -1.0 * a) for a, right in zip(arrays, rights, strict=True)):
        return [texts["sign"].format(part=part.name)]
    for key, change in RELATIONS.items():
        both = zip(arrays, rights, strict=True)
        if all(key in right and fits(right[key], change(1.0 * a), FINE_STEP) for a, right in both):
            return [texts[key].format(part=part.name)]
    return _along(texts, part.name, arrays, rights)


def _shape(texts, part, yours, right):
    """Say how a shape differs from the right one."""
    if len(yours) != len(right):
        return texts["axes"].format(part=part, right=len(right), yours=len(yours))
    axis = next(n for n, (a, b) in enumerate(zip(yours, right, strict=True)) if a != b)
    are = "is" if right[axis] == 1 else "are"
    return texts["length"].format(
        axis=axis, part=part, yours=yours[axis], right=right[axis], are=are
    )


def _along(texts, part, arrays, rights):
    """Say what is right along an axis, wherever it is longer than 1."""
    for name, (axis, _) in rights[0]["lines"].items():
        if not all(name in right["lines"] for right in rights):
            continue
        lines = [
            np.array(
                [fits(s, line) for s, line in zip(seals, np.moveaxis(a, axis, 0), strict=True)]
            )
            for a, right in zip(arrays, rights, strict=True)
            if (seals := right["lines"][name][1])
        ]
        for key, pattern in PATTERNS.items():
            if lines and all((line == pattern(np.arange(len(line)))).all() for line in lines):
                return [texts["where"].format(part=part, where=texts[key].format(name=name))]
    return []


def _when(exercise, fine, text):
    """Say for which arguments the outcomes are right, if one of them decides it."""
    if not any(fine) or all(fine) or None in fine:
        return []
    settings = [call["settings"] for call in exercise["probe"]]
    found = []
    for name in settings[fine.index(True)]:
        goes, fails = (
            {known.get(name) for known, good in zip(settings, fine, strict=True) if good is one}
            for one in (True, False)
        )
        if not goes & fails and None not in goes | fails:
            told = [f"{name} = {' or '.join(map(repr, sorted(v)))}" for v in (goes, fails)]
            found.append(text.format(right=told[0], wrong=told[1]))
    # Of few examples, several arguments may tell the two kinds apart, and none of them decide it.
    return found if len(found) == 1 else []


def _step(lesson, function, names, fine):
    """Say which call of a helper goes wrong in the first case that does."""
    exercise, texts = lesson["functions"][function.__name__], lesson["texts"]
    if False not in fine or not exercise["helpers"]:
        return []
    call = exercise["probe"][fine.index(False)]
    with _watched(names, exercise["helpers"]) as asked:
        _outcome(function, call)
    for helper, right in call["helpers"].items():
        yours = [_by_name(args, kwargs, right) for name, args, kwargs in asked if name == helper]
        text = _difference(texts, helper, yours, right)
        if text:
            return [text]
    # Of a right function that asks for nothing, there is nothing to say here.
    if not call["helpers"] or not call["helpers"].keys() <= {name for name, _, _ in asked}:
        return []
    return [texts["all_right"].format(helpers=" and ".join(call["helpers"]))]


@contextlib.contextmanager
def _watched(names, helpers):
    """Keep what a function asks of its helpers."""
    asked, before = [], {name: names[name] for name in helpers if callable(names.get(name))}

    def watched(name):
        def watch(*args, **kwargs):
            asked.append((name, *copy.deepcopy((args, kwargs))))
            return before[name](*args, **kwargs)

        return watch

    names.update({name: watched(name) for name in before})
    try:
        yield asked
    finally:
        names.update(before)


def _by_name(args, kwargs, right):
    """Return the arguments of a call by their names."""
    return {**dict(zip(right["parameters"], args, strict=False)), **kwargs}


def _difference(texts, helper, yours, right):
    """Say how the calls of one helper differ from the right ones; nothing if they do not."""
    for number, arguments in enumerate(yours, start=1):
        if any(fits(sealed, arguments) for sealed in right["calls"]):
            continue
        first = texts["first_call" if number == 1 else "later_call"].format(number=number)
        for argument, value in arguments.items():
            if not any(fits(sealed, value) for sealed in right["arguments"].get(argument, [])):
                shape = f" of shape {value.shape}" if isinstance(value, np.ndarray) else ""
                return texts["wrong_argument"].format(
                    helper=helper, argument=argument, shape=shape, first=first
                )
        return texts["wrong_call"].format(helper=helper, first=first)
    if yours and len(yours) < right["count"]:
        times = {1: "once", 2: "twice"}.get(len(yours), f"{len(yours)} times")
        return texts["too_few"].format(helper=helper, yours=times, right=right["count"])
    return ""


def _join(names):
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _capital(text):
    """Let a sentence begin with a capital letter, unless it begins with a name."""
    return text[0].upper() + text[1:] if text.startswith("the ") else text


# --------------------------------------------------------------------------------------- the page


def _page(name, says, texts, notes):
    """Put together what is printed: what to look at first, then the behaviours."""
    right = len(says) - len(texts)
    every = "both" if len(says) == 2 else f"all {len(says)}"
    title = (SOME_RIGHT if texts else ALL_RIGHT).format(
        name=name, right=right, count=len(says), all=every
    )
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
