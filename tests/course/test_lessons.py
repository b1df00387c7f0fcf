"""Texts and images of every lesson are whole. What a lesson has none of is not asked for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from matplotlib.testing.compare import compare_images

from tests.support import gates
from tests.support.lessons import load_module
from tests.support.paths import LESSONS, MASTERS, SOURCE

FIGURES = {lesson: load_module(lesson, "figures") for lesson in LESSONS}


def text_of(master: Path) -> str:
    """Return all text of a master."""
    cells = gates.read(master).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def sections(text: str) -> dict[str, str]:
    """Return the sections of a lesson's text, by their headings of the second level."""
    _, *parts = re.split(r"^## (.+)$", text, flags=re.M)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def answers_in(text: str) -> list[str]:
    """Return the folded answers in a text."""
    return re.findall(r"<summary>Answer</summary>\n\n(.*?)\n\n</details>", text)


def text_problems(text: str) -> list[str]:
    """Find what is promised in a lesson's text and not kept, with what to do."""
    found = sections(text)
    problems = []
    for heading, part in found.items():
        questions, folded = re.findall(r"^\*\*(\d+)\.\*\*", part, re.M), answers_in(part)
        if [int(question) for question in questions] != list(range(1, len(folded) + 1)):
            problems.append(
                f"{heading}: {len(questions)} questions and {len(folded)} folded answers. Number "
                "the questions, from **1.** on, and fold one answer below each"
            )
        if heading.startswith("Five ") and len(folded) != 5:
            problems.append(f"{heading}: {len(folded)} answers. Write 5, or another heading")
    words = found.get("Words and links")
    if words is not None and ("Glossary</summary>" not in words or "](https://" not in words):
        problems.append("Words and links: a folded glossary or a link is missing. Add it")
    if text.count("<details>") != text.count("</details>"):
        problems.append("A <details> is not closed. Put </details> after what is folded")
    return problems + contents_problems(text, list(found))


def contents_problems(text: str, headings: list[str]) -> list[str]:
    """Find sections that the contents at the top do not link to, in this order."""
    wanted = [heading for heading in headings if heading != "How the exercises work"]
    line = "**Contents:** " + " · ".join(f"[{h}](#{h.replace(' ', '-')})" for h in wanted)
    if line in text.splitlines():
        return []
    return [f"The contents do not name every section. Write in the first cell: {line}"]


@pytest.mark.parametrize("master", MASTERS, ids=lambda path: path.stem)
def test_text_keeps_what_its_headings_promise(master: Path) -> None:
    assert text_problems(text_of(master)) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("<summary>Answer</summary>", "<summary>Reply</summary>", "Quiz: 8 questions and 7 folded"),
        ("**8.**", "Eight.", "Quiz: 7 questions and 8 folded"),
        ("</details>", "", "A <details> is not closed"),
        ("Glossary</summary>", "Words</summary>", "Words and links: a folded glossary"),
        ("## Beyond", "## Further", "The contents do not name every section. Write in the first"),
        ("## Five more", "## Some more", "The contents do not name every section"),
    ],
)
def test_gate_for_texts_can_fail(old: str, new: str, problem: str) -> None:
    text = text_of(MASTERS[0])
    assert old in text
    assert problem in "\n".join(text_problems(text.replace(old, new, 1)))


def test_gate_counts_what_a_heading_promises() -> None:
    text = text_of(MASTERS[0])
    last = re.search(r"\*\*5\.\*\* Two layers.*?</details>", text, re.DOTALL)
    assert last
    problem = "Five more exercises: 4 answers. Write 5, or another heading"
    assert text_problems(text.replace(last[0], "")) == [problem]


@pytest.mark.parametrize(
    ("lesson", "name"), [(lesson, name) for lesson in LESSONS for name in FIGURES[lesson].DRAWINGS]
)
def test_images_are_what_the_code_draws(lesson: str, name: str, tmp_path: Path) -> None:
    drawn = tmp_path / f"{name}.png"
    load_module(lesson, "drawing").save(FIGURES[lesson].DRAWINGS[name](), drawn)
    committed = tmp_path / f"{name}-committed.png"
    committed.write_bytes((SOURCE / lesson / "images" / f"{name}.png").read_bytes())
    assert compare_images(str(committed), str(drawn), tol=2) is None, "run make build"


@pytest.mark.parametrize("lesson", LESSONS)
def test_there_are_no_other_images(lesson: str) -> None:
    images = {path.stem for path in (SOURCE / lesson / "images").glob("*")}
    assert image_problems(images, set(FIGURES[lesson].DRAWINGS)) == []


def image_problems(there: set[str], drawn: set[str]) -> list[str]:
    """Find images that figures.py does not draw, or that are not there yet."""
    others = [f"images/{n}.png is not in DRAWINGS. Delete it" for n in sorted(there - drawn)]
    return others + [f"images/{n}.png is missing. Run make build" for n in sorted(drawn - there)]


def test_gate_for_images_can_fail() -> None:
    assert image_problems({"a", "b"}, {"b", "c"}) == [
        "images/a.png is not in DRAWINGS. Delete it",
        "images/c.png is missing. Run make build",
    ]
