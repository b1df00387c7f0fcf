"""What has no misconception of its own is named by its kind: exceptions, stubs, missing code."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence

from .code import has_return, unfilled_names
from .failure import failure
from .newer_python import newer_python
from .outcome import Outcome

NOT_JUDGED = "There was no time left to look at {name} more closely."

UNSOLVED = (
    "This exercise is not solved yet: {name} still raises NotImplementedError. Put your code "
    "in the place of that line."
)
NO_RETURN = "{name} returns nothing: it has no return statement that gives a value back."
NONE_RETURNED = (
    "{name} returns None. Either it ends without coming to a return statement, or what it returns "
    "is None."
)
UNFILLED_RETURNED = (
    "{name} returns None: {names} in it is given the value None and nothing else. That line still "
    "waits for your code."
)
HALF_FILLED = "{name} returns None in the place of a result."
HALF_UNFILLED = " Here {names} is given the value None and nothing else: that line waits for code."
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
# What has failed in code with arrays, by its kind (see `failure`) or by how its text begins. Each
# is true of all that it stands for.
HINTS = {
    "name": "Python knows no value for this name here. Is it misspelled, or does it belong to "
    "another cell or function?",
    "UnboundLocalError": "The name is used before it has a value.",
    "index": "An index is past the end of its axis: compare the array's shape with the ranges of "
    "the loops.",
    "too many indices": "There are more indices in the brackets than the array has axes. A comma "
    "between two limits makes two indices of them; a range has a colon.",
    "IndexError: arrays used as indices": "An array stands where an index belongs. Capital and "
    "small letters are different names: look for one that stands for another.",
    "whole index": "An index or a limit of a slice has to be a whole number.",
    "shapes": "Two arrays of different shapes meet: print both shapes just before this line.",
    "ValueError: could not broadcast": "An array is stored where another shape is expected: "
    "print both shapes just before this line.",
    "one number": "A whole array stands where one number belongs.",
    "empty": "An array without any number arrives here: print its shape just before this line.",
    "negative size": "A size came out negative.",
    "whole number": "A size or a range has to be a whole number; a division with / gives a float.",
    "unpack": "The number of names on the left is not the number of things on the right.",
    "reshape": "The new shape has room for another count of numbers than the array has.",
    "decimals": "The result has decimals and is stored in an array of whole numbers. Look where "
    "that array is made: a dtype=int, or the like of another array?",
    "KeyError": "The dictionary has no such key, or not yet: print its keys just before this line.",
    "division": "Something is divided by 0: which of the numbers can be 0?",
    "none": "Something in it is None: a name that has no other value yet, or what came back from a "
    "function that has no return.",
    "RecursionError": "The function calls itself without end, if need be by way of another one.",
}
# More telling than any of these, where the code says so.
NONE_HERE = "None stands in this line: in the template it keeps the place of your code."
STILL_NONE = "{names} is given the value None and nothing else: that line waits for your code."


def stopped_sentence(
    name: str, outcome: Outcome, hints: Mapping[str, str], code: ast.FunctionDef | None = None
) -> str:
    """Put an exception into words: the student's own line and message, and what it often means.

    Parameters
    ----------
    name : str
        The function.
    outcome : Outcome
    hints : mapping of str to str
        The lesson's own, see `Conventions`.
    code : FunctionDef, optional
        The student's, if it can be read.
    """
    if outcome.raised.startswith("NotImplementedError"):
        return UNSOLVED.format(name=name)
    hint = _none_hint(outcome, code) if outcome.failure.kind in ("none", "unpack") else ""
    known = [*hints.items(), *(item for item in HINTS.items() if ":" in item[0])]
    hint = hint or next((hint for begin, hint in known if outcome.raised.startswith(begin)), "")
    kind = outcome.raised.partition(":")[0]
    hint = hint or HINTS.get(kind, "") or HINTS.get(failure(outcome.raised).kind, "")
    line = f", in your line {outcome.line!r}." if outcome.line else "."
    return RAISED.format(name=name, raised=outcome.raised, line=line, hint=hint and f" {hint}")


def nothing_sentence(
    name: str, outcomes: Sequence[Outcome], code: ast.FunctionDef | None = None
) -> str:
    """Say why a function returns nothing, or None among its results; empty if it does not."""
    unfilled = sorted(unfilled_names(code) & _returned_names(code)) if code else []
    names = " and ".join(unfilled)
    results = [outcome.result for outcome in outcomes if not outcome.raised]
    if results and all(result is None for result in results):
        if code is not None and not has_return(code):
            return NO_RETURN.format(name=name)
        return (UNFILLED_RETURNED if names else NONE_RETURNED).format(name=name, names=names)
    if any(_has_none(result) for result in results):
        return (HALF_FILLED + (HALF_UNFILLED if names else "")).format(name=name, names=names)
    return ""


def missing_sentence(name: str, cell_error: tuple[str, str, str] | None) -> str:
    """Say why there is no function of this name."""
    if cell_error is None:
        return NOT_DEFINED.format(name=name)
    ename, evalue, line = cell_error
    if ename in SYNTAX_ERRORS:
        # The cell has another number in the student's notebook.
        text = re.sub(r"Cell In\[\d+\], (?=line )", "", evalue)
        message = f"{text}, in {line!r}." if line else f"{text}."
        sentence = DOES_NOT_PARSE.format(name=name, message=message)
        return " ".join(filter(None, [sentence, newer_python(evalue, line)]))
    return CELL_STOPPED.format(name=name, error=f"{ename}: {evalue}")


def _none_hint(outcome: Outcome, code: ast.FunctionDef | None) -> str:
    """Say where a None comes from, if the code tells."""
    names = set(re.findall(r"\w+", outcome.line))
    if "None" in names:
        return NONE_HERE
    unfilled = sorted(names & unfilled_names(code)) if code is not None else []
    return STILL_NONE.format(names=" and ".join(unfilled)) if unfilled else ""


def _returned_names(code: ast.FunctionDef) -> set[str]:
    """Return the names in a function's return statements."""
    returns = [node for node in ast.walk(code) if isinstance(node, ast.Return)]
    nodes = [node for found in returns for node in ast.walk(found)]
    return {node.id for node in nodes if isinstance(node, ast.Name)}


def _has_none(result: object) -> bool:
    return result is None or (
        isinstance(result, tuple | list) and any(entry is None for entry in result)
    )
