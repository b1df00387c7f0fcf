"""The README shows what a newcomer needs, and what it says is so."""

from __future__ import annotations

import re

from nbgrader.utils import is_grade

from tests.support import gates
from tests.support.paths import LESSONS, ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_first_screen_shows_commands_pictures_and_doors() -> None:
    first = "\n".join(README.splitlines()[:30])
    for text in ("make demo", "make test", "release/", "notebooks/"):
        assert text in first
    assert first.count(".png") == 2


def test_links_and_pictures_lead_somewhere() -> None:
    targets = re.findall(r"\]\(([^)]+)\)", README)
    assert len(targets) > 20
    for target in targets:
        assert target.startswith("https://") or (ROOT / target).exists(), target


def test_table_of_lessons_is_right() -> None:
    rows = re.findall(r"^\| \[(\d\d) .*?\]\(notebooks/(\w+)/.*\| (\d+) \| (\d+) \|$", README, re.M)
    assert [row[1] for row in rows] == LESSONS
    for _, lesson, minutes, points in rows:
        (path,) = (ROOT / "source" / lesson).glob("*.ipynb")
        cells = gates.read(path).cells
        assert int(points) == sum(cell.metadata.nbgrader.points for cell in cells if is_grade(cell))
        assert f"about {minutes} minutes" in cells[0].source


def test_opening_tables_of_lessons_are_right() -> None:
    for path in sorted((ROOT / "source").glob("[0-9]*/*.ipynb")):
        cells = gates.read(path).cells
        promised = dict(re.findall(r"^\| \d+ \| `(\w+)` \|.*\| (\d+) \|$", cells[0].source, re.M))
        points: dict[str, int] = {}
        for cell in filter(is_grade, cells):
            function = cell.metadata.nbgrader.grade_id.split("-")[0]
            points[function] = points.get(function, 0) + cell.metadata.nbgrader.points
        assert {function: int(number) for function, number in promised.items()} == points


def test_make_knows_the_commands() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"\bmake (\w+)", README)):
        assert re.search(rf"^{target}:", makefile, re.M), target


def test_requirements_name_no_index() -> None:
    for path in ROOT.glob("**/requirements*.txt"):
        if ".venv" not in str(path):
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"https?://|--(extra-)?index-url|--find-links", text), path
