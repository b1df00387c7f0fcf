"""What has no misconception of its own is named by its kind: exceptions, stubs, missing code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .newer_python import newer_python
from .outcome import Outcome

NOT_JUDGED = "There was no time left to look at {name} more closely."

UNSOLVED = (
    "This exercise is not solved yet: {name} still raises NotImplementedError. Replace that line "
    "with your code."
)
NOTHING_RETURNED = (
    "{name} returns nothing: it ends without a return statement, or what follows return is None."
)
HALF_FILLED = (
    "{name} returns None where a result belongs. Some line of the template still waits for "
    "your code, or stores its result under another name."
)
DOES_NOT_PARSE = (
    "Python cannot read the cell of {name}: {message} Until that is fixed the function does not "
    "exist, whatever the rest of the cell says."
)
CELL_STOPPED = (
    "The cell of {name} stopped with {error} before the function was there. Restart the kernel "
    "and run all cells from the top to see it happen."
)
NOT_DEFINED = (
    "There is no function {name} after its cell has run. Was its def line renamed or removed?"
)
RAISED = "{name} stops with {raised}{line}{hint}"

SYNTAX_ERRORS = ("SyntaxError", "IndentationError", "TabError")
# What an exception often means in code with arrays, by the begin of its text.
HINTS = {
    "NameError": "Is the name misspelled, or does it belong to another cell or function?",
    "UnboundLocalError": "The name is used before it has a value.",
    "IndexError": "An index is past the end of its axis: compare the array's shape with the "
    "ranges of the loops.",
    "ValueError: operands could not be broadcast": "Two arrays of different shapes meet: print "
    "both shapes just before this line.",
    "ValueError: could not broadcast": "An array is stored where another shape is expected: "
    "print both shapes just before this line.",
    "ValueError: setting an array element": "A whole array is stored where one number belongs.",
    "ValueError: negative dimensions": "A size came out negative.",
    "TypeError: 'float' object cannot be interpreted": "A size or an index has to be a whole "
    "number; a division with / gives a float.",
    "TypeError: 'NoneType' object": "Something is None: often what a function without a return "
    "statement returned.",
    "KeyError": "The dictionary has no such key: look at the docstring for its keys.",
    "ZeroDivisionError": "Something is divided by 0: which of the numbers can be 0?",
}


def kind_sentence(name: str, outcomes: Sequence[Outcome], hints: Mapping[str, str]) -> str:
    """Name the kind of failure that shows in what a function did with the probe, if any.

    Parameters
    ----------
    name : str
        The function.
    outcomes : sequence of Outcome
    hints : mapping of str to str
        The lesson's own, see `Conventions`.
    """
    raised = next((outcome for outcome in outcomes if outcome.raised), None)
    if raised is not None:
        if raised.raised.startswith("NotImplementedError"):
            return UNSOLVED.format(name=name)
        return _raised(name, raised, hints)
    if all(outcome.result is None for outcome in outcomes):
        return NOTHING_RETURNED.format(name=name)
    if any(_has_none(outcome.result) for outcome in outcomes):
        return HALF_FILLED.format(name=name)
    return ""


def missing_sentence(name: str, cell_error: tuple[str, str, str] | None) -> str:
    """Say why there is no function of this name."""
    if cell_error is None:
        return NOT_DEFINED.format(name=name)
    ename, evalue, line = cell_error
    if ename in SYNTAX_ERRORS:
        message = f"{evalue}, in {line!r}." if line else f"{evalue}."
        sentence = DOES_NOT_PARSE.format(name=name, message=message)
        return " ".join(filter(None, [sentence, newer_python(evalue, line)]))
    return CELL_STOPPED.format(name=name, error=f"{ename}: {evalue}")


def _raised(name: str, outcome: Outcome, hints: Mapping[str, str]) -> str:
    """Put an exception into words: the student's own line and message, and what it often means."""
    known = [*hints.items(), *HINTS.items()]
    hint = next((hint for begin, hint in known if outcome.raised.startswith(begin)), "")
    line = f", in your line {outcome.line!r}." if outcome.line else "."
    return RAISED.format(name=name, raised=outcome.raised, line=line, hint=hint and f" {hint}")


def _has_none(result: object) -> bool:
    return result is None or (
        isinstance(result, tuple | list) and any(entry is None for entry in result)
    )
