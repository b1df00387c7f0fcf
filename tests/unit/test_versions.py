"""With which versions a notebook was made, as far as its outputs say so."""

from __future__ import annotations

import json

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from proctor.grading.results import GRADED, REFUSED, Outcome
from proctor.report.progress import Progress
from proctor.submission.versions import other_versions, our_versions
from tests.support.lessons import load_module
from tests.support.paths import LESSONS, ROOT


def made_with(*lines: str) -> bytes:
    """Return a notebook whose first cell printed some lines."""
    printed = new_output("stream", name="stdout", text="\n".join(lines) + "\n")
    return json.dumps(new_notebook(cells=[new_code_cell("", outputs=[printed])])).encode()


def test_other_versions_are_named() -> None:
    ours = our_versions()
    line = f"Python {ours['Python']}.99, NumPy 1.26.4, h5py {ours['h5py']}.0, Matplotlib 3.8.0rc1"
    said = f"made with NumPy 1.26, Matplotlib 3.8, and graded with NumPy {ours['NumPy']}, "
    assert other_versions(made_with(line)) == f"{said}Matplotlib {ours['Matplotlib']}"
    assert other_versions(made_with("Python 3.99.1, NumPy 1.25.0")).startswith(
        "made with Python 3.99, NumPy 1.25, and graded with Python 3."
    )


def test_the_same_versions_are_not_worth_a_word() -> None:
    ours = our_versions()
    same = f"Python {ours['Python']}.1, NumPy {ours['NumPy']}.7"
    assert other_versions(made_with(same)) == ""
    # Run again with another version: the last line is that of the last run.
    assert other_versions(made_with("Python 3.99.1, NumPy 1.25.0", same)) == ""


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_line_that_a_lesson_prints_is_such_a_line(lesson: str) -> None:
    line = load_module(lesson, "figures").versions()
    assert other_versions(made_with(line)) == ""
    older = line.replace(f"NumPy {our_versions()['NumPy']}.", "NumPy 1.25.")
    assert "NumPy 1.25" in other_versions(made_with(older))


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_numpy_that_the_course_does_not_support_is_told(
    lesson: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawing, figures = load_module(lesson, "drawing"), load_module(lesson, "figures")
    requirements = (ROOT / "source" / lesson / "requirements.txt").read_text()
    assert f"numpy>={drawing.OLDEST_NUMPY}\n" in requirements
    monkeypatch.setattr(np, "__version__", "2.0.0")
    assert "\n" not in figures.versions()
    monkeypatch.setattr(np, "__version__", "1.26.4")
    first, _, second = figures.versions().partition("\n")
    assert second.startswith("Your NumPy is too old. The course is graded with NumPy 2")
    # And its instructor sees it in the summary.
    assert "NumPy 1.26" in other_versions(made_with(first, second))


def test_without_outputs_the_kernel_is_known() -> None:
    def said_by(version: object, indent: int | None = 1) -> str:
        mode = {"name": "ipython", "version": 3}
        language = {"codemirror_mode": mode, "name": "python", "version": version}
        return other_versions(
            json.dumps(
                {"cells": [], "metadata": {"language_info": language}}, indent=indent
            ).encode()
        )

    ours = our_versions()["Python"]
    for indent in (1, None):
        words = f"made with Python 3.99, and graded with Python {ours}"
        assert said_by("3.99.1", indent) == words
    assert said_by(f"{ours}.1") == ""
    for odd in ("3.99.1, NumPy 1.25.0", "3.99.1\n", "", None, 3.99, ["3.99.1"], "9" * 10**6):
        assert said_by(odd) == ""
    # In a student's text it is no metadata; a line in the outputs says more.
    assert (
        other_versions(json.dumps({"source": '"language_info": {"version": "3.99.1"}'}).encode())
        == ""
    )
    line = made_with("Python 3.98.1, NumPy 1.25.0")
    assert "NumPy" in other_versions(line + b'"language_info": {"version": "3.99.1"}')


def test_what_is_no_such_line_says_nothing() -> None:
    for line in ("Python 3, NumPy 2", "Python 3.11, Numpy 2.3", "Python 3.11.1", "x" * 10**6):
        assert other_versions(made_with(line)) == ""
    assert other_versions(b"Python " * 10**5 + b"1." * 10**6) == ""


def test_the_summary_names_each_remark_once(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(14, {"10437": "Ada Lovelace", "ada": ""})
    progress.show(Outcome("10437", REFUSED, "no notebook"))
    assert "10437 Ada Lovelace: refused" in capsys.readouterr().out
    for number in range(12):
        progress.show(Outcome(f"s{number:02}", GRADED, "", remarks=("made with x",)))
    progress.show(Outcome("ada", GRADED, "", remarks=("to be looked at",)))
    capsys.readouterr()
    progress.summary()
    text = capsys.readouterr().out
    assert text.count("made with x") == 1 and "s09" in text and "and 2 more" in text
    assert "10437 Ada Lovelace" in text
    assert "ada" in text and "to be looked at" in text
