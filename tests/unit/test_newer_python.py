"""Which errors are said to come from syntax that a newer Python knows."""

from __future__ import annotations

import sys

import pytest
from nbformat.v4 import new_code_cell, new_output

from proctor.diagnose.kinds import missing_sentence
from proctor.diagnose.newer_python import line_of, newer_python, newer_python_in

# What Python 3.11 says of each.
NEWER = {
    "3.12": [
        ("f-string: unmatched '['", 'text = f"{d["a"]}"'),
        ("f-string: expecting '}'", "print(f'{f'{1}'}')"),
        ("f-string expression part cannot include a backslash", "x = f\"{'\\n'.join(y)}\""),
        ("invalid syntax", "type Image = list"),
        ("invalid syntax", "type Image[T] = list[T]"),
        ("expected '('", "def first[T](values):"),
        ("expected '('", "async def first[T](values):"),
        ("invalid syntax", "class Layer[T]:"),
    ],
    "3.14": [
        ("multiple exception types must be parenthesized", "except ValueError, TypeError:"),
        ("invalid syntax", 'x = t"{1}"'),
    ],
}
OLD = [
    ("invalid syntax", "x = = 1"),
    ("invalid syntax", "type(x) = 1"),
    ("invalid syntax", "print 'text'"),
    ("f-string: single '}' is not allowed", "f'}'"),
    ("expected ':'", "def f(x)"),
    ("expected '('", "def f:"),
    ("unterminated string literal (detected at line 1)", "x = 'abc"),
]


@pytest.mark.parametrize(
    ("version", "message", "line"), [(v, *case) for v, cases in NEWER.items() for case in cases]
)
def test_newer_syntax_is_named(version: str, message: str, line: str) -> None:
    evalue = f"{message} (Cell In[3], line 1)"
    sentence = newer_python(evalue, line, here=(3, 11))
    assert f"is new in Python {version}; Python 3.11 graded this." in sentence
    assert newer_python(evalue, line, here=(3, 14)) == ""


@pytest.mark.parametrize(("message", "line"), OLD)
def test_other_errors_are_not(message: str, line: str) -> None:
    assert newer_python(f"{message} (Cell In[3], line 1)", line, here=(3, 11)) == ""


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="this Python knows the syntax")
def test_it_is_said_of_cells_and_of_functions() -> None:
    error = "multiple exception types must be parenthesized (Cell In[1], line 3)"
    source = "try:\n    pass\nexcept A, B:\n    pass"
    output = new_output("error", ename="SyntaxError", evalue=error)
    assert "3.14" in newer_python_in(new_code_cell(source, outputs=[output]))
    assert newer_python_in(new_code_cell(source)) == ""
    sentence = missing_sentence("f", ("SyntaxError", error, "except A, B:"))
    assert "3.14" in sentence
    # The line counts within the cell; the cell has another number where the student looks.
    assert "(line 3)" in sentence and "Cell In" not in sentence


@pytest.mark.parametrize("before", ["", "\n\n", "%%time\n", "%%time\n\n"])
def test_lines_are_counted_as_ipython_counts_them(before: str) -> None:
    assert line_of(f"{before}a = 1\nb(\n", "'(' was never closed (Cell In[3], line 2)") == "b("
