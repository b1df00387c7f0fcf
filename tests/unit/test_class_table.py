"""The table of a class."""

from __future__ import annotations

from proctor.report.class_table import FunctionScore, class_table


def test_table_of_a_student_who_handed_in_nothing() -> None:
    table = class_table("lesson", {"a": {"f": FunctionScore(1, 2, ["x"])}, "b": {}})
    assert table.row_count == 2


def test_answer_in_words_waits_for_a_person() -> None:
    score = FunctionScore(0, 3, to_grade=["report"])
    table = class_table("lesson", {"a": {"experiment": score}})
    assert [str(cell) for cell in table.columns[-1].cells] == ["experiment: to be graded by hand"]
