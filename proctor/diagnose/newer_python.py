"""Syntax that a newer Python knows and the one that grades does not."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

NEWER = (
    "{what} is new in Python {version}; Python {here} graded this. If it worked for you, your "
    "Python is newer than that: write it in the older way, or ask your instructor to grade with "
    "Python {version}."
)
# What the message of the error and its line look like, in what an older Python makes of it.
KINDS = (
    (
        (3, 12),
        "An f-string whose braces hold quotation marks like its own, a backslash or a comment",
        r"f-string: (?:unmatched|expecting '}'|expressions nested)|"
        r"f-string expression part cannot include|unterminated string literal",
        r".*\b(?:[fF][rR]?|[rR][fF])['\"].*\{",
    ),
    ((3, 12), "A type statement", "invalid syntax", r"\s*type\s+\w+\s*(?:\[.*\])?\s*="),
    (
        (3, 12),
        "A list of type parameters in brackets",
        r"invalid syntax|expected '\('",
        r"\s*(?:(?:async\s+)?def|class)\s+\w+\s*\[",
    ),
    (
        (3, 14),
        "A list of exceptions without parentheses",
        "multiple exception types must be parenthesized",
        r"\s*except\*?\s+[\w.]+\s*,",
    ),
    ((3, 14), "A t-string", "invalid syntax", r"(?:.*\W)?[tT][rR]?['\"]"),
)


def newer_python(evalue: str, line: str, here: tuple[int, ...] = sys.version_info[:2]) -> str:
    """Return a sentence on syntax that is too new, or nothing.

    Parameters
    ----------
    evalue, line : str
        The message of a syntax error, and the line that it names.
    here : tuple of int
        The version of Python that graded.

    Examples
    --------
    >>> newer_python("invalid syntax (Cell In[3], line 1)", "type Image = list", (3, 11))[:40]
    'A type statement is new in Python 3.12; '
    """
    for version, what, message, code in KINDS:
        if here < version and re.match(message, evalue) and re.match(code, line):
            names = {"version": "{}.{}".format(*version), "here": "{}.{}".format(*here)}
            return NEWER.format(what=what, **names)
    return ""


def line_of(source: str, message: str) -> str:
    """Return the line of a cell that a syntax error's message names, or nothing."""
    found = re.search(r"line (\d{1,6})\)$", message)
    # As IPython counts: from the first line that is not blank, and from the body of %%time.
    source = source.lstrip("\n")
    if source.startswith("%%"):
        source = source.partition("\n")[2].lstrip("\n")
    lines = source.splitlines()
    number = int(found[1]) if found else 0
    return lines[number - 1].strip()[:200] if 0 < number <= len(lines) else ""


def newer_python_in(cell: NotebookNode) -> str:
    """Return a sentence on a cell that stopped since its syntax is too new, or nothing."""
    for output in cell.get("outputs", []):
        if output.output_type == "error" and output.ename == "SyntaxError":
            return newer_python(output.evalue, line_of(cell.source, output.evalue))
    return ""
