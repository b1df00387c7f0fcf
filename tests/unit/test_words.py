"""What students read in a lesson that is about words and lists instead of arrays."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from proctor.diagnose.calls import StudentCodeError
from proctor.diagnose.checks import compile_lesson
from proctor.diagnose.exercise import Exercise
from proctor.diagnose.explain import Explanation, Judge, Loss
from proctor.diagnose.locate import locate
from proctor.diagnose.misconceptions import read_exercises
from proctor.diagnose.outcome import Outcome, with_varying_parts
from proctor.diagnose.picture import compare
from proctor.lesson.modules import importable
from tests.support.paths import ROOT

LESSON = """\
from proctor.testing import Case, Misconceptions


def tokenize(text):
    return text.lower().split()


def tokenize_probe(rng):
    return {"words": [Case("a tree falls"), Case("tea")], "lower": Case("Oh NO")}


def most_common(words, n):
    counts = {word: words.count(word) for word in words}
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:n]


def most_common_probe(rng):
    return {"order": Case(["a", "b", "b"], 2), "ties": Case(["c", "a"], 2)}


def shift(code, k):
    return 97 + (code - 97 + k) % 26


def shift_probe(rng):
    return {"moved": Case(97, 3), "around": Case(122, 1)}


def halves(text):
    return list(text[::2]), list(text[1::2])


def halves_probe(rng):
    return {"even": Case("abcd"), "odd": Case("abc")}


MISCONCEPTIONS = [
    Misconceptions(halves, halves_probe),
    Misconceptions(tokenize, tokenize_probe),
    Misconceptions(most_common, most_common_probe),
    Misconceptions(shift, shift_probe),
]
"""
TESTS = {
    "halves-even": "'As many.'\nassert halves('ab') == (['a'], ['b'])",
    "halves-odd": "'One more.'\nassert halves('a') == (['a'], [])",
    "tokenize-words": "'At its spaces.'\nassert tokenize('a b') == ['a', 'b']",
    "tokenize-lower": "'In small letters.'\nassert tokenize('OH') == ['oh']",
    "most_common-order": "'The first.'\nassert most_common(['a', 'b', 'b'], 1) == [('b', 2)]",
    "most_common-ties": "'The alphabet.'\nassert most_common(['b', 'a'], 1) == [('a', 1)]",
    "shift-moved": "'By k.'\nassert shift(97, 3) == 100",
    "shift-around": "'Behind z.'\nassert shift(122, 1) == 97",
}


@pytest.fixture
def words() -> dict[str, Exercise]:
    """The exercises, by name."""
    return read_exercises(LESSON, Path(), set(TESTS))


@pytest.fixture(scope="module")
def check() -> Iterator[ModuleType]:
    """The students' check.py."""
    with importable(ROOT / "source"):
        yield importlib.import_module("check")


def checked(words: dict[str, Exercise], check: ModuleType, source: str, name: str) -> str:
    """Return what check prints about a function, with its lines joined."""
    lesson = compile_lesson(words, TESTS, check)
    for function in lesson["functions"].values():
        function["pairs"] = {}
    names: dict[str, Any] = {}
    exec(source, names)
    return " ".join(check.report_on(lesson, names[name], names).split())


def located(words: dict[str, Exercise], source: str, name: str) -> list[str]:
    """Return what a feedback page says of where a function is wrong."""
    exercise = words[name]
    function = exercise.function(source)
    return locate(exercise, [exercise.outcome(case, function) for _, case in exercise.probe])


class FakeCalls:
    """Stands for the student's process."""

    def __init__(self, function: Any) -> None:
        self.function = function

    def kinds(self, names: list[str], as_tested: bool) -> dict[str, str]:
        return dict.fromkeys(names, "callable")

    def call(self, name: str, args: Any, kwargs: Any, *how: Any) -> Any:
        try:
            return self.function(*args, **kwargs)
        except Exception as error:
            raise StudentCodeError(f"{type(error).__name__}: {error}", "") from error


def explained(words: dict[str, Exercise], source: str, name: str) -> Explanation:
    """Return what a feedback page says about a function that loses everything."""
    exercise = words[name]
    lost = tuple(dict.fromkeys(behaviour for behaviour, _ in exercise.probe))
    calls: Any = FakeCalls(exercise.function(source))
    return Judge(exercise, Loss(lost, source=source), calls, lambda: 1.0).explain()


@pytest.mark.parametrize(
    ("result", "constant"),
    [
        ("iter(text.split())", False),
        ("(word for word in text.split())", False),
        ("{*text.split()}", False),
        ("{len(text)}", False),
        ("iter('a')", False),
        ("{'a', 'b', 'c'}", True),
        ("['a']", True),
        ("['a', *text.split()]", False),
    ],
)
def test_what_cannot_be_looked_into_is_not_called_constant(
    words: dict[str, Exercise], check: ModuleType, result: str, constant: bool
) -> None:
    source = f"def tokenize(text):\n    return {result}\n"
    printed = checked(words, check, source, "tokenize")
    assert "right in 0 of 2 behaviours" in printed
    assert ("the same result in every call" in printed) is constant


def test_results_that_begin_alike_are_not_called_constant(words: dict[str, Exercise]) -> None:
    for result, constant in (("['a', *text.split()]", False), ("['a']", True)):
        sentences = located(words, f"def tokenize(text):\n    return {result}\n", "tokenize")
        assert ("the same result in every call" in " ".join(sentences)) is constant


def test_results_without_names_are_numbered(words: dict[str, Exercise], check: ModuleType) -> None:
    swapped = "def halves(text):\n    return list(text[::2]), list(text[::2])\n"
    text = "On our small examples the second result is wrong, and the first result is right."
    assert located(words, swapped, "halves") == [text]
    one = "def halves(text):\n    return text\n"
    told = (
        "halves should give back 2 things together; on our small examples it gives back a single "
        "thing."
    )
    assert located(words, one, "halves") == [told]
    assert told in checked(words, check, one, "halves")


RANKED = """\
def most_common(words, n):
    counts = {{word: words.count(word) for word in words}}
    places = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:n]
    return {result}
"""


@pytest.mark.parametrize(
    ("result", "sentence"),
    [
        ("tuple(places)", "The result is of type tuple; type list is asked for."),
        ("dict(places).items()", "The result is of type dict_items; type list is asked for."),
        (
            "[list(place) for place in places]",
            "The result holds something of type list where type tuple is asked for.",
        ),
        (
            "[[number, word] for word, number in places]",
            "The result holds something of type list where type tuple is asked for.",
        ),
    ],
)
def test_a_result_of_another_type_is_said(
    words: dict[str, Exercise], result: str, sentence: str
) -> None:
    source = RANKED.format(result=result)
    assert explained(words, source, "most_common").sentences == [sentence]


def test_a_result_that_varies_keeps_its_type() -> None:
    first, second = (with_varying_parts(Outcome([1, text]), Outcome([2, text])) for text in "ab")
    assert type(first.result) is type(second.result) is list
    assert type(with_varying_parts(Outcome((1,)), Outcome((1,))).result) is tuple


def test_nothing_is_said_of_sizes_where_there_are_none(words: dict[str, Exercise]) -> None:
    text = explained(words, "def tokenize(text):\n    return text.lower().split()\n", "tokenize")
    assert "does what it should" in text.sentences[0] and "sizes" not in text.sentences[0]
    number = explained(
        words, "def shift(code, k):\n    return 97 + (code - 97 + k) % 26\n", "shift"
    )
    assert "look for sizes" in number.sentences[0]


@pytest.mark.parametrize(
    ("name", "source", "arguments", "yours"),
    [
        (
            "tokenize",
            "return text.split()[::-1]",
            ["text = 'a tree falls'"],
            "['falls', 'tree', 'a']",
        ),
        (
            "tokenize",
            "return set(text.split())",
            ["text = 'a tree falls'"],
            "{'a', 'falls', 'tree'}",
        ),
        ("tokenize", "return iter(())", ["text = 'a tree falls'"], ""),
        ("tokenize", "return [text] * 99", ["text = 'a tree falls'"], ""),
        (
            "tokenize",
            "return {1.0: (b'', None), 2: (True,)}",
            ["text = 'a tree falls'"],
            "{1.0: (b'', None), 2: (True,)}",
        ),
        ("tokenize", "return [10**5000]", ["text = 'a tree falls'"], ""),
        ("tokenize", "return '\\u202e' + text", ["text = 'a tree falls'"], r"'\u202ea tree falls'"),
        (
            "most_common",
            "return [(words[0], n)]",
            ["words = ['a', 'b', 'b']", "n = 2"],
            "[('a', 2)]",
        ),
        ("halves", "return [text], [text]", ["text = 'abcd'"], "['abcd']"),
    ],
)
def test_a_small_example_is_shown_as_text(
    words: dict[str, Exercise], name: str, source: str, arguments: list[str], yours: str
) -> None:
    head = next(line for line in LESSON.splitlines() if line.startswith(f"def {name}("))
    explanation = explained(words, f"{head}\n    {source}\n", name)
    shown = explanation.comparison
    assert shown.get("output", ["", ""])[1] == yours
    assert shown.get("arguments", arguments) == arguments
    for outcome in words[name].right:
        assert repr(outcome.result) not in str(shown)
    assert not any("one of them by hand" in text for text in explanation.sentences) or yours


def test_of_what_is_right_but_for_the_arguments_no_text_is_shown(
    words: dict[str, Exercise],
) -> None:
    exercise = words["most_common"]
    changed = [Outcome(outcome.result, ()) for outcome in exercise.right]
    look = lambda result, arguments: arguments  # noqa: E731
    for _, case in exercise.probe:
        object.__setattr__(case, "look", look)
    assert compare(exercise, changed, ["order", "ties"]) == {}


def test_what_is_right_is_not_said_to_be_about_numbers(
    words: dict[str, Exercise], check: ModuleType
) -> None:
    source = "def tokenize(text):\n    return text.lower().split()\n"
    printed = checked(words, check, source, "tokenize")
    assert printed.startswith("tokenize: both behaviours are right here.")
    assert "numbers" not in printed


def test_where_one_number_is_asked_for_nothing_has_a_shape(
    words: dict[str, Exercise], check: ModuleType
) -> None:
    source = "def shift(code, k):\n    return str(code + k)\n"
    explanation = explained(words, source, "shift")
    sentence = "The result should be a number; yours is of type str."
    assert explanation.sentences == [sentence]
    assert explanation.comparison["output"] == ["", "'100'"]
    lesson = compile_lesson(words, TESTS, check)
    right: dict[str, Any] = {"shape": [], "lines": {}}
    part = check.Part("the result", [("100", right)])
    assert [text.capitalize() for text in check._how(lesson["texts"], part)] == [sentence]


def test_the_example_stops_if_the_sentences_say_so(words: dict[str, Exercise]) -> None:
    source = "def shift(code, k):\n    return code if k > 1 else {}[code]\n"
    explanation = explained(words, source, "shift")
    assert explanation.sentences[0].startswith("shift stops with KeyError")
    assert explanation.comparison["arguments"] == ["code = 122", "k = 1"]
    assert explanation.comparison["yours"] == "none: it stopped with KeyError"
