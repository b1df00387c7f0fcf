"""Who used far more time or memory than the class, against another computation; and its record."""

from __future__ import annotations

import csv
import json
import random
import statistics
from pathlib import Path

import pytest
from nbgrader.coursedir import CourseDirectory

from proctor.grading.results import read_result, used_together
from proctor.grading.staging import USED_FILE, write_used
from proctor.report.class_page import lesson_page
from proctor.report.command import NAMED, print_outliers
from proctor.report.entries import CellGrade, Entry
from proctor.report.numbers import write_numbers
from proctor.report.states import GRADED, State
from proctor.report.summary import Summary
from proctor.report.usage import FEWEST, in_words, outliers_of, read_usage

MB = 1e6


def made_up(size: int) -> dict[str, dict[str, float]]:
    chance = random.Random(3)
    return {
        f"s{number}": {
            "cpu_seconds": chance.lognormvariate(0.5, 0.8),
            "seconds": chance.lognormvariate(1.0, 0.5),
            "memory": 150 * MB * chance.lognormvariate(0.0, 0.3),
        }
        for number in range(size)
    }


def summary_of(usage: dict[str, dict[str, float]]) -> Summary:
    entries = {s: Entry(s, grades=[CellGrade("f-a", 1, 1, 1)]) for s in usage}
    states = {student: State(GRADED) for student in entries}
    return Summary("l", "Lesson", None, 1, entries, states, usage=dict(usage))


def test_outliers_are_those_of_another_computation() -> None:
    usage = made_up(80)
    # One has much more of everything, and one too little more to matter.
    usage["s7"] = {"cpu_seconds": 90.0, "seconds": 95.0, "memory": 900 * MB}
    expected = set()
    for kind, least in (("cpu_seconds", 1.0), ("seconds", 1.0), ("memory", 64 * MB)):
        values = sorted(used[kind] for used in usage.values())
        median = (values[39] + values[40]) / 2
        deviation = statistics.median([abs(value - median) for value in values])
        for student, used in usage.items():
            far = used[kind] > 2 * median and used[kind] - median > 6 * deviation
            if far and used[kind] - median > least:
                expected.add((student, kind))
    found = outliers_of(usage)
    assert {(one.student, one.kind) for one in found} == expected
    assert {("s7", kind) for kind in usage["s7"]} <= expected and len(expected) > 3
    assert found[0].median == pytest.approx(
        statistics.median(used["cpu_seconds"] for used in usage.values())
    )


@pytest.mark.parametrize(
    ("usual", "spread", "value", "marked"),
    [
        (3.0, 0.0, 6.1, True),
        # Not twice the median; not a second above it; no further than others.
        (3.0, 0.0, 5.9, False),
        (0.1, 0.0, 1.0, False),
        (3.0, 1.0, 8.9, False),
        (3.0, 1.0, 9.1, True),
    ],
)
def test_each_part_of_the_rule_counts(
    usual: float, spread: float, value: float, marked: bool
) -> None:
    # The median of distances is `spread`: half of the others are above, half below.
    usage = {f"s{n}": {"cpu_seconds": usual + spread * (-1) ** n} for n in range(20)}
    usage |= {"middle": {"cpu_seconds": usual}, "one": {"cpu_seconds": value}}
    usage["other"] = {"cpu_seconds": usual - spread}
    assert [one.student for one in outliers_of(usage)] == ["one"] * marked


def test_memory_has_a_least_too_and_the_most_comes_first() -> None:
    usage = {f"s{n}": {"memory": 30 * MB} for n in range(20)}
    more = {"little": 93 * MB, "much": 95 * MB, "most": 99 * MB}
    usage |= {student: {"memory": value} for student, value in more.items()}
    assert [one.student for one in outliers_of(usage)] == ["most", "much"]


def test_nobody_is_marked_in_a_small_class() -> None:
    usage = {f"s{n}": {"seconds": 1.0} for n in range(FEWEST - 2)} | {"s": {"seconds": 99.0}}
    assert outliers_of(usage) == []
    # Of whom nothing is known, nothing counts.
    assert outliers_of(usage | {"another": {"memory": 1.0}}) == []
    assert len(outliers_of(usage | {"another": {"seconds": 1.0}})) == 1


def test_what_is_recorded_is_read_and_anything_else_is_not(tmp_path: Path) -> None:
    folders = CourseDirectory(root=str(tmp_path))
    used = {"cpu_seconds": 1.5, "seconds": 2.0, "memory": 3e8}
    for student in ("known", "odd", "list", "deep"):
        (tmp_path / "autograded" / student / "l").mkdir(parents=True)
    folder = tmp_path / "autograded"
    write_used(folder / "known" / "l", used)
    odd = {"cpu_seconds": "1", "seconds": -1, "memory": float("nan"), "more": 1}
    (folder / "odd" / "l" / USED_FILE).write_text(json.dumps(odd))
    (folder / "list" / "l" / USED_FILE).write_text("[1]")
    (folder / "deep" / "l" / USED_FILE).write_text("[" * 100_000)
    assert read_usage(folders, "l", ["known", "odd", "list", "deep", "none"]) == {"known": used}


def test_notebooks_of_a_submission_add_up_and_memory_does_not() -> None:
    one, other = {"cpu_seconds": 1.5, "memory": 3e8}, {"cpu_seconds": 2.0, "memory": 1e8}
    assert used_together([one, other]) == {"cpu_seconds": 3.5, "memory": 3e8}
    assert used_together([{}, one]) == one


def test_what_a_worker_sends_has_limits() -> None:
    sent = {"outputs": [], "used": {"seconds": 1, "memory": "x"}, "problems": ["x" * 5000] * 99}
    result = read_result(json.dumps(sent).encode())
    assert result.used == {"seconds": 1.0}
    assert len(result.problems) == 20 and {len(text) for text in result.problems} == {1000}
    odd = read_result(b'{"outputs": [], "used": 1, "problems": {"a": 1}}')
    assert (odd.used, odd.problems) == ({}, [])


def test_they_stand_in_page_table_and_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    usage = {f"id{n}": {"cpu_seconds": 1.0, "memory": 150 * MB} for n in range(30)}
    usage["id3"] = {"cpu_seconds": 20.0, "memory": 900 * MB}
    summary = summary_of(usage)
    words = "CPU time 20 s, where the median is 1 s; memory 900 MB, where the median is 150 MB"
    assert f"<li>id3: {words}</li>" in lesson_page(summary)
    anonymous = lesson_page(summary, anonymous=True)
    assert words in anonymous and "id3" not in anonymous
    assert "Nobody used far more" in lesson_page(summary_of({"id": {}}))
    print_outliers(summary.outliers(), {"id3": "Ada Łukasz"})
    assert f"  id3 Ada Łukasz: {words}\n" in capsys.readouterr().out
    print_outliers([], {})
    assert capsys.readouterr().out == ""
    for is_anonymous in (False, True):
        write_numbers(tmp_path / "n.csv", [summary], is_anonymous)
        text = (tmp_path / "n.csv").read_text(encoding="utf-8")
        rows = list(csv.DictReader(text.splitlines()))
        far = [row for row in rows if row["far_above_class"]]
        assert [
            (row["cpu_seconds"], row["seconds"], row["memory_mb"], row["far_above_class"])
            for row in far
        ] == [("20", "", "900", "CPU time, memory")]
        assert all(None not in row and None not in row.values() for row in rows)


def test_the_terminal_names_a_few(capsys: pytest.CaptureFixture[str]) -> None:
    usage = {f"s{n}": {"seconds": 1.0} for n in range(60)}
    usage |= {f"t\x1b{n}": {"seconds": 50.0 + n} for n in range(NAMED + 5)}
    print_outliers(outliers_of(usage), {})
    _, *lines = capsys.readouterr().out.splitlines()
    assert len(lines) == NAMED + 1 and "and 5 more" in lines[-1]
    assert "\x1b" not in "".join(lines)
    assert len(in_words(outliers_of(usage), str)) == NAMED + 5
