"""What came from a student, as it is printed in each medium."""

from __future__ import annotations

import csv
import io
import logging
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.api import Gradebook
from rich.console import Console

from proctor.grading.results import REFUSED, Outcome
from proctor.lms.table import harmless
from proctor.report.class_table import FunctionScore, class_table
from proctor.report.export import ExportClean
from proctor.report.progress import Progress
from proctor.report.terminal import CleanLog, print_rows, write_unknown_letters_out
from proctor.submission.clean import shown, shown_in_table, shown_text
from tests.support.hypothesis_settings import settings

HARMFUL = "\x1b[2K\r\x07\x9b1m\u202e\u2066\u200b\u3164\ufeff\u2028\x85\ud800"


@settings(max_examples=300)
@given(st.text())
def test_nothing_that_a_terminal_obeys_is_left(text: str) -> None:
    for clean in (shown(text), shown_text(text), shown_in_table(text)):
        assert not set(HARMFUL.replace("[2K", "").replace("1m", "")) & set(clean)
    assert "\n" not in shown(text) + shown_in_table(text)


def test_what_is_printed_as_it_is() -> None:
    for name in ("Zoë Müller", "李小龙", "עברית", "Łukasz 😀", "-rf", "a:b <c>"):
        assert shown(name) == shown_text(name) == name
    assert shown_text("one\n\ttwo 👩\u200d💻") == "one\n\ttwo 👩\u200d💻"
    assert len(shown("x" * 1000)) == 100


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", " =", "|", "%", "\t=", "\r=", "\uff1d"])
def test_no_name_is_a_formula(begin: str) -> None:
    assert shown_in_table(f'{begin}HYPERLINK("http://example.com")')[0] in "'\\"


@pytest.mark.parametrize("name", ["x;=1+1", "x; +1", "x;;@a", "x;\uff1d1"])
def test_no_name_is_a_formula_between_semicolons(name: str) -> None:
    """Where numbers have decimal commas, a spreadsheet takes those for what separates cells."""
    for text in (shown_in_table(name), harmless(name)):
        assert all(cell[:1] in {"x", "'", ""} for cell in text.split(";"))
    assert shown_in_table("good; - short") == harmless("good; - short") == "good; - short"


def test_nbgrader_exports_names_and_no_formulas(tmp_path: Path) -> None:
    names = ['=HYPERLINK("http://example.com","x"),0', "+1", "anna, or not", "Łukasz", "e\u202ea"]
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as gradebook:
        gradebook.add_assignment("lesson")
        for name in names:
            gradebook.add_student(name, first_name=name)
        ExportClean(to=str(tmp_path / "grades.csv")).export(gradebook)
    rows = list(csv.DictReader(io.StringIO((tmp_path / "grades.csv").read_text())))
    assert len(rows) == len(names)
    for row, name in zip(rows, sorted(names), strict=True):
        assert row["student_id"] == row["first_name"] == shown_in_table(name)
        assert row["assignment"] == "lesson"
        assert (row["score"], row["status"]) == ("", "no grade")


def test_logs_hold_no_codes(caplog: pytest.LogCaptureFixture) -> None:
    log = logging.getLogger("proctor-test")
    log.addFilter(CleanLog())
    try:
        raise ValueError("\x1b[31mcode")
    except ValueError as error:
        log.error("%s: stopped", "a\x1b]0;title\x07", exc_info=error)
    assert "\x1b" not in caplog.text
    assert "ValueError: \\x1b[31mcode" in caplog.text
    assert "a\\x1b]0;title\\x07: stopped" in caplog.text


def test_the_class_table_shows_names_as_they_are() -> None:
    names = [":skull:", "[red]urn:x:123[/red]", "e\u202ea\x1b[1m"]
    table = class_table("lesson", {name: {"f": FunctionScore(1, 1)} for name in names})
    cells = [str(cell) for cell in table.columns[0].cells]
    assert cells == [":skull:", "[red]urn:x:123[/red]", "e\\u202ea\\x1b[1m"]


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_a_terminal_may_know_few_letters(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    terminal = io.TextIOWrapper(written, encoding=encoding, write_through=True)
    monkeypatch.setattr(sys, "stdout", terminal)
    write_unknown_letters_out()
    progress = Progress(1)
    with progress:
        progress.show(Outcome("Łukasz :smile: urn:x:123", REFUSED, "ś [red]reason[/red]"))
    progress.summary()
    Console(width=300, markup=False, emoji=False).print(
        class_table("lesson", {"Łukasz :smile:": {"f": FunctionScore(1, 1)}})
    )
    printed = written.getvalue().decode(encoding)
    name = "Łukasz" if encoding == "utf-8" else "\\u0141ukasz"
    assert printed.count(f"{name} :smile:") == 3
    assert "urn:x:123: refused, " in printed
    assert "[red]reason[/red]" in printed


def test_a_cell_of_a_table_is_no_row(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows("Left out", ("file", "why"), [("a\nana: graded\u2028x", "odd")])
    assert [line.strip() for line in capsys.readouterr().out.splitlines() if "ana" in line] == [
        "a ana: graded x   odd"
    ]
