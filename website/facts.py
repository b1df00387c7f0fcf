"""What the site says about each lesson, read from its notebook."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution

PICTURE = re.compile(r"!\[([^\]]+)\]\((images/[^)]+)\)")
MINUTES = re.compile(r"Plan about (\d+) minutes")
LEFTOVERS = shutil.ignore_patterns(".*", "__pycache__", "*.pyc")
"""What tools leave behind in a lesson's folder."""
SHOWN = {
    "01_convolutional_layer": "images/sliding.png",
    "02_backpropagation": "images/layer.png",
    "03_fast_convolution": "images/rows.png",
    "04_training": "images/network.png",
}
"""The picture of a lesson that the landing page shows; of any other lesson the first."""


@dataclass(frozen=True)
class Picture:
    """A picture of a lesson, with its text alternative."""

    address: str
    text: str


@dataclass(frozen=True)
class Facts:
    """What is known of one lesson.

    Parameters
    ----------
    folder : Path
        Its student edition.
    notebook : str
        The notebook's file name.
    title, about : str
        The heading, and the paragraph that introduces the lesson.
    functions : tuple of str
        What is to be solved.
    minutes, points : int
    picture : Picture or None
        A lesson may have none.
    """

    folder: Path
    notebook: str
    title: str
    about: str
    functions: tuple[str, ...]
    minutes: int
    points: int
    picture: Picture | None

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self.folder.name

    @property
    def number(self) -> int:
        """Its place in the course."""
        return int(self.name.partition("_")[0])


def lessons(editions: Path) -> Iterator[Facts]:
    """Yield the lessons of an edition, in order."""
    for path in sorted(editions.glob("[0-9]*/*.ipynb")):
        yield read_facts(path)


def read_facts(path: Path) -> Facts:
    """Return what a notebook says about its lesson.

    Raises
    ------
    ValueError
        If the title or the minutes are missing.
    """
    notebook = nbformat.read(path, as_version=4)
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    paragraphs = text.split("\n\n")
    minutes, pictures = MINUTES.search(text), pictures_of(text)
    if not (paragraphs[0].startswith("# ") and minutes):
        raise ValueError(f"{path} needs a title and 'Plan about ... minutes' in its first cell.")
    shown = SHOWN.get(path.parent.name, next(iter(pictures), None))
    return Facts(
        folder=path.parent,
        notebook=path.name,
        title=paragraphs[0].removeprefix("# "),
        about=paragraphs[2].replace("**", ""),
        functions=tuple(cell.metadata.nbgrader.grade_id for cell in solutions(notebook)),
        minutes=int(minutes[1]),
        points=int(sum(cell.metadata.nbgrader.points for cell in notebook.cells if is_grade(cell))),
        picture=Picture(shown, pictures[shown]) if shown else None,
    )


def solutions(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the cells in which a function is to be solved."""
    return [cell for cell in notebook.cells if is_solution(cell) and cell.cell_type == "code"]


def pictures_of(text: str) -> dict[str, str]:
    """Return the pictures of a Markdown text and their text alternatives."""
    return {address: text for text, address in PICTURE.findall(text)}
