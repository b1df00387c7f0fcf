"""The documents show what a newcomer needs, and what they say is so."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbgrader.utils import is_grade

from tests.support import gates
from tests.support.paths import LESSONS, ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
ARCHITECTURE = ROOT / "docs" / "architecture.md"
each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)


def test_first_screen_shows_commands_pictures_and_readers() -> None:
    first = "\n".join(README.splitlines()[:20])
    for text in ("make demo", "make test", "release/", "notebooks/"):
        assert text in first
    assert first.count(".png") == 2
    for reader in ("students", "instructors", "authors-and-developers"):
        assert f"](#{reader})" in first


@each_document
def test_links_and_pictures_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", document.read_text(encoding="utf-8")):
        if target.startswith("https://"):
            continue
        file, _, heading = target.partition("#")
        path = document.parent / file if file else document
        assert path.exists(), target
        assert not heading or heading in headings(path), target


def test_readme_links_to_every_document() -> None:
    for path in DOCUMENTS:
        linked = f"({path.relative_to(ROOT)}" in README
        # One is for whoever has read another.
        assert linked or path.name in {"README.md", "SECURITY-REPORTS.md"}, path


def test_ci_leaves_out_no_test() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (recipe,) = re.findall(r"^test-all:.*\n((?:\t.*\n)+)", makefile, re.M)
    assert recipe == "\t$(PYTEST) --no-loadscope-reorder\n\t$(PYTEST) --nbval notebooks\n"
    assert "make test-all" in (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()


@each_document
def test_make_knows_the_commands(document: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    text = document.read_text(encoding="utf-8")
    for target in set(re.findall(r"(?:^|`)make ([\w./-]+)", text, re.M)):
        assert re.search(rf"^{re.escape(target)}:", makefile, re.M), target


@each_document
def test_files_that_are_named_exist(document: Path) -> None:
    for name in set(re.findall(r"`([\w./-]+\.py)`", document.read_text(encoding="utf-8"))):
        if name.startswith("test_"):  # in whatever room it is
            found = list((ROOT / "tests").rglob(name))
        else:
            places = [ROOT, ROOT / "proctor", *(ROOT / "source").iterdir()]
            found = [place for place in places if (place / name).exists()]
            found += (ROOT / "proctor").rglob(name)
            found += (ROOT / "examples" / "new_lesson").rglob(name)
        assert found or "LESSON" in name, name


def test_every_module_has_its_place_in_the_architecture() -> None:
    text = ARCHITECTURE.read_text(encoding="utf-8")
    rooms = dict(re.findall(r"^\| `proctor/([\w/]*/?)` \|.*?\| (.*) \|$", text, re.M))
    for path in (ROOT / "proctor").rglob("*.py"):
        name = path.relative_to(ROOT / "proctor")
        if name.parent != Path() and name.name != "__init__.py":
            assert f"`{name.name}`" in rooms[f"{name.parent}/"], name
    for room in rooms:
        assert (ROOT / "proctor" / room).is_dir(), room


def test_newcomers_walk_leads_through_code_that_is_there() -> None:
    text = ARCHITECTURE.read_text(encoding="utf-8")
    steps = re.findall(r"^\| (\d+) \| `([\w/.]+)` \| (.+?) \| (.+) \|$", text, re.M)
    assert [int(number) for number, *_ in steps] == list(range(1, len(steps) + 1))
    assert len(steps) > 20
    for _, file, names, _ in steps:
        there = set(defined(ast.parse((ROOT / "proctor" / file).read_text(encoding="utf-8"))))
        assert set(re.findall(r"`([\w.]+)`", names)) <= there, file


def defined(tree: ast.Module) -> Iterator[str]:
    """Yield the functions and classes of a module, and methods as ``Class.method``."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        if isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, ast.FunctionDef):
                    yield f"{node.name}.{part.name}"


def headings(path: Path) -> set[str]:
    """Return the anchors of a document's headings, as GitHub makes them."""
    lines = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w -]", "", line).lower().replace(" ", "-") for line in lines}


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


def test_requirements_name_no_index() -> None:
    for path in ROOT.glob("**/requirements*.txt"):
        if ".venv" not in str(path):
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"https?://|--(extra-)?index-url|--find-links", text), path
