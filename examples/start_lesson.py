"""Start a lesson: copy the one in examples/new_lesson, under its own name and title.

Run from the course's folder: ``python -m examples.start_lesson 05_dilated "Dilate a filter"``.
`make new` does that, and then builds the lesson.

The template is a whole lesson, and edited like one. In its first cell stand TITLE and NUMBER. Its
links lead to the files that all lessons share, and its students become the example class.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution

TEMPLATE = Path(__file__).with_name("new_lesson")
STUDENTS = "students"
NAME = re.compile(r"(?P<number>[0-9]{2})_(?P<notebook>[a-z][a-z0-9_]*)")
TITLE = re.compile(r"[^|\[\]<>\\`]{1,80}")
ROW = re.compile(r"^\| \[\d\d .*\n", re.MULTILINE)

USAGE = 'Name the lesson and its title: make new LESSON=05_dilated TITLE="Dilate a filter"'
NOT_HERE = "{course} has no {file}. Run this in the course's folder."
BAD_NAME = (
    "{name!r} cannot be the name of a lesson. It is two digits, an underscore, and small letters, "
    "digits or underscores, beginning with a letter, such as 05_dilated."
)
BAD_TITLE = (
    "{title!r} cannot be the title of a lesson. It is one line of at most 80 characters, without "
    "any of | [ ] < > \\ `, since it becomes a heading and a link."
)
TAKEN_NUMBER = (
    "Lessons stand in the order of their numbers, and the last one is {last}. Take a higher "
    "number: LESSON={free}"
)
TAKEN = (
    "{path} exists already, and was left as it is. Take another name, or move it away: it may be "
    "left over from a lesson that was removed, or from a run that was killed."
)
NO_TABLE = (
    "README.md has no table of lessons, with rows such as | [01 Title](notebooks/...) |, to which "
    "a row could be added. Restore it."
)
STARTED = """\
source/{name}/    the lesson: its master, misconceptions.py and figures.py
examples/{name}/  three example students
README.md         a row in the table of lessons
docs/authoring.md says what to edit first."""


class RefusedError(Exception):
    """The lesson cannot be started, and nothing was written; the message says why."""


def start_lesson(course: Path, name: str, title: str) -> None:
    """Write a lesson and its example class into a course, and a row into its README.

    Raises
    ------
    RefusedError
        If the name or the title is malformed, or something of this name exists.
    """
    title = title.strip()
    refuse(course, name, title)
    master = read_template(name, title)
    readme = with_row(course / "README.md", name, title, master)
    # Nothing is seen of the lesson before all of it is there.
    with TemporaryDirectory(prefix=".new-", dir=course) as scratch:
        lesson, students, page = (Path(scratch, part) for part in ("lesson", STUDENTS, "README.md"))
        write_lesson(lesson, name, master)
        shutil.copytree(TEMPLATE / STUDENTS, students, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(course / "README.md", page)
        page.write_text(readme, encoding="utf-8")
        students.rename(course / "examples" / name)
        lesson.rename(course / "source" / name)
        page.replace(course / "README.md")


def refuse(course: Path, name: str, title: str) -> None:
    """Raise an error that says why a lesson cannot be started, if it cannot."""
    if not name or not title:
        raise RefusedError(USAGE)
    for file in ("source", "examples", "README.md"):
        if not (course / file).exists():
            raise RefusedError(NOT_HERE.format(course=course, file=file))
    if not (fits := NAME.fullmatch(name)):
        raise RefusedError(BAD_NAME.format(name=name))
    if not TITLE.fullmatch(title) or not title.isprintable():
        raise RefusedError(BAD_TITLE.format(title=title))
    for step in ("source", "examples", "release", "notebooks"):
        path = course / step / name
        if path.exists() or path.is_symlink():  # also a link that leads nowhere
            raise RefusedError(TAKEN.format(path=f"{step}/{name}"))
    last = max((path.name for path in (course / "source").glob("[0-9]*")), default="00_")
    if fits["number"] <= last[:2]:
        free = f"{int(last[:2]) + 1:02}_{fits['notebook']}"
        raise RefusedError(TAKEN_NUMBER.format(last=last, free=free))


def read_template(name: str, title: str) -> NotebookNode:
    """Return the template's master with the lesson's number and title in its first cell."""
    notebook: NotebookNode = nbformat.read(TEMPLATE / "lesson.ipynb", as_version=4)
    first = notebook.cells[0]
    first.source = first.source.replace("NUMBER", str(int(name[:2]))).replace("TITLE", title, 1)
    return notebook


def write_lesson(folder: Path, name: str, master: NotebookNode) -> None:
    """Write a lesson's folder: master, own files, and links to the files that all lessons share."""
    folder.mkdir()
    for path in TEMPLATE.glob("[!.]*"):
        if path.is_symlink():
            (folder / path.name).symlink_to(Path("..", path.name))
        elif path.is_file() and path.suffix != ".ipynb":
            shutil.copy(path, folder)
    nbformat.write(master, folder / f"{name[3:]}.ipynb")


def with_row(readme: Path, name: str, title: str, master: NotebookNode) -> str:
    """Return the text of a README with a row for a new lesson below the others."""
    text = readme.read_text(encoding="utf-8")
    rows = list(ROW.finditer(text))
    if not rows:
        raise RefusedError(NO_TABLE)
    functions = [
        f"`{cell.metadata.nbgrader.grade_id}`" for cell in filter(is_solution, master.cells)
    ]
    points = sum(cell.metadata.nbgrader.points for cell in filter(is_grade, master.cells))
    minutes = re.findall(r"about (\d+) minutes", master.cells[0].source)[0]
    address = f"notebooks/{name}/{name[3:]}.ipynb"
    row = f"| [{name[:2]} {title}]({address}) | {', '.join(functions)} | {minutes} | {points} |\n"
    end = rows[-1].end()
    return text[:end] + row + text[end:]


if __name__ == "__main__":
    name, title, *_ = (*sys.argv[1:3], "", "")
    try:
        start_lesson(Path.cwd(), name, title)
    except RefusedError as error:
        sys.exit(str(error))
    print(STARTED.format(name=name))
