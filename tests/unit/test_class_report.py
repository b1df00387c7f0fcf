"""The figures of the class report, against figures that are computed in another way."""

from __future__ import annotations

import math
import random
import re
import statistics
import time
import tracemalloc
from typing import Any

import numpy as np
import pytest

from proctor.examine.outputs import FEEDBACK
from proctor.report import similar
from proctor.report.class_page import course_page, lesson_page
from proctor.report.command import NAMED, print_course, print_states
from proctor.report.entries import CellGrade, Entry
from proctor.report.graded import GradedWork, _read_cell
from proctor.report.items import items_of
from proctor.report.similar import components, find_alike, fingerprints, similarities
from proctor.report.states import GRADED, NOTHING, REFUSED, WAITING, State
from proctor.report.summary import Summary, misconceptions_of, who_needs_help
from proctor.submission.passive import cut_code
from tests.support.page import Page

MAXIMA = {"f-shape": 1.0, "f-values": 2.0, "f-never": 1.0, "g-twin": 4.0, "g-noise": 2.0}


def made_up(size: int) -> list[Entry]:
    """Return students who are the more likely to have something right, the stronger they are."""
    chance = random.Random(7)
    entries = []
    for number in range(size):
        strength = chance.random()
        values = chance.random() < strength
        got = {
            "f-shape": chance.random() < strength,
            "f-values": values,
            "f-never": False,
            "g-twin": values,
            # A person may give a part.
            "g-noise": chance.choice([0, 0.25, 1]),
        }
        grades = [
            CellGrade(name, MAXIMA[name] * right, MAXIMA[name], MAXIMA[name] * right)
            for name, right in got.items()
        ]
        entries.append(Entry(f"s{number}", grades=grades))
    return entries


def summary_of(entries: list[Entry]) -> Summary:
    states = {entry.student: State(GRADED) for entry in entries}
    maximum = sum(MAXIMA.values())
    known = {entry.student: entry for entry in entries}
    return Summary("l", "Lesson", None, maximum, known, states, items=items_of(entries))


def test_figures_are_those_of_another_computation() -> None:
    entries = made_up(60)
    items = {item.name: item for item in items_of(entries)}
    assert list(items) == list(MAXIMA)
    for name, item in items.items():
        own = [next(g.points for g in entry.grades if g.name == name) for entry in entries]
        rest = [sum(g.points for g in e.grades if g.name != name) for e in entries]
        assert item.passed == own.count(MAXIMA[name])
        assert item.facility == pytest.approx(statistics.fmean(own) / MAXIMA[name])
        if len(set(own)) > 1:
            assert item.discrimination == pytest.approx(statistics.correlation(own, rest))
    assert math.isnan(items["f-never"].discrimination) and not items["f-never"].weak
    assert items["g-noise"].weak and not items["f-shape"].weak
    assert items["f-values"].same_as == ("g-twin",) and items["g-twin"].same_as == ("f-values",)


def test_what_a_person_has_yet_to_grade_is_no_item() -> None:
    waiting = CellGrade("essay", 0.0, 3.0, None, None, to_grade=True)
    entries = [Entry("a", grades=[CellGrade("f", 1, 1, 1), waiting])]
    assert [item.name for item in items_of(entries)] == ["f"]
    assert items_of([]) == []
    summary = Summary("l", "Lesson", None, 4.0, {one.student: one for one in entries}, {})
    assert list(summary.functions()) == ["f"]
    for one in entries:
        assert summary.share(one.student) == one.points / 1.0
    essays = Entry(
        "x", grades=[CellGrade("essay", 0.0, 3.0, to_grade=True), CellGrade("f", 0, 0, 0)]
    )
    assert math.isnan(Summary("l", "", None, 3.0, {"x": essays}, {}).share("x"))


def test_an_only_test_has_nothing_to_be_compared_with() -> None:
    entries = [Entry(f"{n}", grades=[CellGrade("f", float(n), 1.0, float(n))]) for n in (0, 1)]
    (item,) = items_of(entries)
    assert math.isnan(item.discrimination) and item.varies


def test_kept_points_are_no_loss_without_a_name() -> None:
    facts: dict[str, Any] = {"sentences": ["zero_pad is wrong."], "misconceptions": []}
    for lost, unnamed in ((["stride"], ["f"]), ([], [])):
        work = GradedWork()
        output = {"output_type": "display_data", "data": {FEEDBACK: {**facts, "lost": lost}}}
        graded = {"nbgrader": {"grade_id": "f-stride", "grade": True}}
        _read_cell({"metadata": graded, "outputs": [output]}, work, "nb", 1)
        assert work.unnamed == unnamed


def test_an_answer_that_a_person_grades_is_code_and_a_blank_cell_is_none() -> None:
    work = GradedWork()
    error = {"output_type": "error", "ename": "E", "evalue": ""}
    for source, graded in (("f = 1", True), (" \n", False), ("f = 2", False)):
        metadata = {"nbgrader": {"grade_id": "f", "grade": graded, "solution": True}}
        cell = {"metadata": metadata, "source": source, "outputs": [error]}
        _read_cell(cell, work, "nb", 1)
    assert work.code == {"f": "f = 1\n\nf = 2"}
    assert work.failed == {}


def test_the_most_frequent_mistake_comes_first_with_the_shortest_example() -> None:
    work = {
        "a": GradedWork([("f", "One.")], code={"f": "long code"}),
        "b": GradedWork([("f", "Two."), ("f", "One.")], code={"f": "short"}),
    }
    first, second = misconceptions_of(work)
    assert (first.sentence, first.students, first.example) == ("One.", ("a", "b"), "short")
    assert (second.sentence, second.students) == ("Two.", ("b",))


@pytest.mark.parametrize("number", [2, NAMED, 55])
def test_who_handed_in_nothing_is_one_short_line(
    number: int, capsys: pytest.CaptureFixture[str]
) -> None:
    print_states({f"s{n:02}": State(NOTHING) for n in range(number)}, {})
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(f"{number} handed in nothing: s00, s01")
    assert len(line) < 100
    left_out = max(0, number - NAMED)
    assert line.count(", ") + 1 + left_out == number
    assert ("`--csv FILE` lists all" in line) == (f" and {left_out} more" in line) == bool(left_out)


def test_the_table_of_a_course_marks_grades_of_earlier_work(
    capsys: pytest.CaptureFixture[str],
) -> None:
    first, second = (summary_of(made_up(2)) for _ in range(2))
    for summary in (first, second):
        summary.entries["s1"].first_name = "Ada"
    print_course([first])
    assert "*" not in capsys.readouterr().out
    second.states["s1"] = State(WAITING, "handed in again")
    second.states["s2"] = State(NOTHING)
    print_course([first, second])
    text = capsys.readouterr().out
    assert re.search(r"s1 Ada +\d+% +\d+% \*", text)
    assert re.search(r"s2 +nothing handed in +nothing handed in", text)
    assert "* the grade is an earlier one" in text
    assert re.search(r"s2 .* 0%", text)
    for summary in (first, second):
        for number, entry in enumerate(summary.entries.values()):
            entry.grades = [CellGrade("f", 5.0 - number, 10, 5.0)]
            summary.maximum = 10
    first.entries["s0"].penalty = 2
    del second.entries["s1"], second.states["s1"], second.states["s2"]
    print_course([first, second])
    text = capsys.readouterr().out
    assert re.search(r"s0 +30% late +50% +40%", text)
    assert re.search(r"s1 Ada +40% +nothing handed in +20%", text)


def test_who_needs_help() -> None:
    entries = [
        Entry("low", grades=[CellGrade("f", 1, 10, 1)]),
        Entry("fell", grades=[CellGrade("f", 6, 10, 6)]),
        Entry("fine", grades=[CellGrade("f", 6, 10, 6)]),
        Entry("nothing"),
    ]
    known = {entry.student: entry for entry in entries}
    states = {name: State(GRADED) for name in ("low", "fell", "fine")}
    states |= {"nothing": State(NOTHING), "refused": State(REFUSED, "it is empty")}
    earlier = {"fell": Entry("fell", grades=[CellGrade("g", 9, 10, 9)])}
    before = Summary("0", "0", None, 10, earlier, {})
    found = who_needs_help(Summary("1", "1", None, 10, known, states), [before])
    assert list(found.items()) == [
        ("nothing", ("nothing handed in",)),
        ("refused", ("refused: it is empty",)),
        ("low", ("1 of 10 points",)),
        ("fell", ("60%, after 90% on average",)),
    ]


# --------------------------------------------------------------------------------- similar code

LOOPS = """
def f(X, W):
    out = np.zeros(X.shape)
    for i in range(X.shape[0]):
        for j in range(X.shape[1]):
            total = 0.0
            for k in range(W.shape[0]):
                total += X[i, j] * W[k] + {extra}
            out[i, j] = total
    return out
"""
OTHER = """
def f(X, W):
    windows = np.lib.stride_tricks.sliding_window_view(X, W.shape)
    flat = windows.reshape(-1, W.size) @ W.ravel()
    return np.where(flat > 0, flat, np.exp(flat) - 1).reshape(windows.shape[:2])
"""


def test_a_renamed_copy_is_found_and_common_code_is_not() -> None:
    extras = ["i * 2", "max(j, 1)", "abs(k - 3)", "W[0] / 4", "sum(W)", "len(X) ** 2"]
    codes = {f"honest{n}": LOOPS.format(extra=extra) for n, extra in enumerate(extras)}
    codes |= {"one": OTHER, "two": OTHER.replace("windows", "w").replace("flat", "a") + "# mine"}
    (group,) = find_alike(codes, "").groups
    assert group.students == ("one", "two")
    assert group.similarity == pytest.approx(1)
    # What the release holds is nobody's.
    assert find_alike(codes, OTHER).groups == ()
    assert find_alike({"one": OTHER}, "").groups == ()
    assert find_alike({"one": "\x00(((", "two": "x" * 10_000}, "").groups == ()


@pytest.mark.parametrize("piece", [" \n", "[{a[ ]"])
def test_code_is_read_in_little_time(piece: str) -> None:
    code = "'''" * (piece[0] == "[") + piece * (60_000 // len(piece))
    began = time.process_time()
    fingerprints(code)
    # In one piece, more than ten seconds.
    assert time.process_time() - began < 5


@pytest.mark.slow
def test_whose_code_was_cut_is_named() -> None:
    hidden = cut_code(("#" * 900 + "\n") * 60 + OTHER, 50_000)
    codes = {"one": OTHER, "two": OTHER, "three": hidden, "four": "x = 1\n" * 34_000}
    summary = summary_of(made_up(12))
    summary.alike = find_alike(codes, "")
    assert summary.alike.cut == ("four", "three")
    assert "was not compared, since it is very long: four, three." in lesson_page(summary)
    assert "four, three" not in lesson_page(summary, anonymous=True)
    summary.alike = find_alike({"one": OTHER, "two": OTHER}, "")
    assert "was not compared" not in lesson_page(summary)


def test_similarities_are_those_of_one_matrix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(similar, "BLOCK", 7)
    chance = np.random.default_rng(5)
    prints = [np.unique(chance.integers(0, 300, size)) for size in (50, 60, 90, 200, 3, 250)]
    has = np.array([np.isin(np.arange(300), found) for found in prints])
    number = has.sum(axis=0)
    common = (has * np.log(len(prints) / np.maximum(number, 1))) @ has.T
    expected = common / np.minimum.outer(np.diag(common), np.diag(common))
    np.fill_diagonal(expected, 0)
    assert (number == 1).any() and (number > 1).any()
    assert similarities(prints) == pytest.approx(expected, rel=1e-5)


def test_what_only_one_wrote_takes_little_memory() -> None:
    prints = [np.arange(100) for _ in range(100)]
    prints += [np.arange(n * 200_000, (n + 1) * 200_000) for n in range(1, 5)]
    tracemalloc.start()
    try:
        found = similarities(prints)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # In one matrix with all of them, more than 600 MB.
    assert most < 100e6
    assert found.shape == (104, 104)


def test_groups_hold_together() -> None:
    linked = np.zeros((5, 5), dtype=bool)
    for one, other in ((0, 2), (2, 4)):
        linked[one, other] = linked[other, one] = True
    assert components(linked) == [[0, 2, 4]]


# ------------------------------------------------------------------------------------- the page


def test_a_page_fetches_nothing_and_every_plot_has_words() -> None:
    summary = summary_of(made_up(30))
    for text in (lesson_page(summary, unnamed="<b>x</b>"), course_page([summary])):
        assert Page(text).active == []
        assert "&lt;b&gt;x" in text or "All lessons" in text or "all lessons" in text
        pictures = text.count("<img ")
        assert pictures and text.count('src="data:image/png;base64,') == pictures
        assert 'alt=""' not in text and text.count(" alt=") == pictures
    assert "f-shape" in lesson_page(summary)


def test_what_stands_in_words_is_what_the_plot_shows() -> None:
    text = lesson_page(summary_of(made_up(30)))
    facility = items_of(made_up(30))[0].facility
    assert f"f-shape {facility:.0%}" in text


def test_who_handed_in_nothing_is_a_line_and_no_table() -> None:
    summary = summary_of(made_up(12))
    absent = [f"absent{n}" for n in range(40)]
    summary.states |= {student: State(NOTHING) for student in absent}
    summary.helped = who_needs_help(summary, [])
    for page in (lesson_page(summary), course_page([summary])):
        assert f"<strong>40 handed in nothing</strong>: {', '.join(sorted(absent))}" in page
        assert (
            "absent7: nothing" not in page and ">absent7</th><td" not in page.split("How points")[0]
        )
    anonymous = lesson_page(summary, anonymous=True)
    assert "<strong>40 handed in nothing</strong></p>" in anonymous and "absent" not in anonymous


def test_an_anonymous_page_shows_no_reason_that_names_a_file() -> None:
    summary = summary_of(made_up(12))
    summary.states["210001"] = State(REFUSED, "Ana.ipynb is empty")
    summary.helped = who_needs_help(summary, [])
    assert "Ana.ipynb" in lesson_page(summary)
    anonymous = lesson_page(summary, anonymous=True)
    assert "Ana.ipynb" not in anonymous and "210001" not in anonymous


def test_a_page_names_who_waits_for_a_person() -> None:
    entries = made_up(10)
    for entry in entries:
        waits = entry.student != "s9"
        entry.grades.append(CellGrade("essay", 0, 3, 3 if not waits else None, to_grade=waits))
    text = re.sub(r"<[^>]*>", "", lesson_page(summary_of(entries)))
    assert (
        "A person has yet to grade essay of 9: s0, s1, s2, s3, s4, s5, s6, s7 and 1 more." in text
    )
    assert "s0, s1" not in re.sub(r"<[^>]*>", "", lesson_page(summary_of(entries), anonymous=True))
