"""The table of a class."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from proctor.report.class_table import OLDER, FunctionScore, class_table, function_scores
from proctor.report.entries import CellGrade, Entry


def test_table_of_a_student_who_handed_in_nothing() -> None:
    table = class_table("lesson", {"a": {"f": FunctionScore(1, 2, ["x"])}, "b": {}})
    assert table.row_count == 2


def test_a_name_stands_beside_an_id() -> None:
    scores = {student: {"f": FunctionScore(1, 1)} for student in ("10437", "ada", "bob")}
    names = {"10437": "Ada Lovelace", "ada": "ada"}
    table = class_table("lesson", scores, names=names)
    assert [str(cell) for cell in table.columns[0].cells] == ["10437 Ada Lovelace", "ada", "bob"]


def test_answer_in_words_waits_for_a_person() -> None:
    score = FunctionScore(0, 3, to_grade=["report"])
    table = class_table("lesson", {"a": {"experiment": score}})
    assert [str(cell) for cell in table.columns[-1].cells] == ["experiment: to be graded by hand"]


def test_points_by_an_earlier_version_are_no_lost_behaviours() -> None:
    score = FunctionScore(2, 3, ["max"])
    table = class_table("lesson", {"a": {"f": score}, "b": {"f": score}}, older={"a"})
    assert [str(cell) for cell in table.columns[-1].cells] == [OLDER, "f: max"]


WIDE = {
    "a": {"conv_forward": FunctionScore(3, 8, ["stride", "reference"]), "f": FunctionScore(2, 2)}
}


def printed(width: int) -> str:
    console = Console(width=width, file=io.StringIO())
    console.print(class_table("lesson", WIDE, {"a": 1.0}, width))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [40, 60, 80, 100, 200])
def test_nothing_is_lost_on_a_narrow_terminal(width: int) -> None:
    text = printed(width)
    words = "".join(text.split())
    assert "total" in words and "4/10" in words
    assert "stride" in words and "reference" in words
    assert "3/8" in words
    assert "1offforbeinglate" in words
    assert max(map(len, text.splitlines())) <= width


def test_extra_credit_is_marked() -> None:
    table = class_table("lesson", {"a": {"f": FunctionScore(10, 12, extra=2)}})
    assert [str(cell) for cell in table.columns[1].cells] == ["10+2/12"]
    assert table.caption is not None


def test_an_override_that_differs_is_said() -> None:
    grade = CellGrade("f-x", 1.5, 2, automatic=2, by_hand=1.5, to_grade=True)
    row = function_scores(Entry("a", grades=[grade]))
    table = class_table("lesson", {"a": row})
    text = str(next(iter(table.columns[-1].cells)))
    assert "f-x: overridden by hand: 1.5, by the tests 2" in text
