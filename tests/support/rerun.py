"""Whether the cells of a worked edition can be run again: students come back to them.

Run as a program, with a notebook's path, it prints what it finds. The notebook's folder is the
working directory, and the notebook runs in this process, in a plain IPython.
"""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

TIMED = "nbval-ignore-output"
# One epoch of training is as good as many.
SHORTER = (("epochs=30", "epochs=1"), ("epochs=200", "epochs=1"), ("epochs=10", "epochs=1"))
# Figures are made and described, but nothing is rendered: it would take most of the time.
PIXEL = (
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


@dataclass(frozen=True)
class Ran:
    """What a cell did: the exception that it raised, if any, and what it put out."""

    raised: str
    shown: object


def run(shell: Any, cell: NotebookNode) -> Ran:
    """Run a cell in a shell of IPython."""
    from IPython.utils.capture import capture_output

    source = cell.source
    for long, short in SHORTER:
        source = source.replace(long, short)
    with capture_output() as captured:
        result = shell.run_cell(source)
    error = result.error_before_exec or result.error_in_exec
    alternatives = [
        ((output.metadata or {}).get("image/png") or {}).get("alt") for output in captured.outputs
    ]
    shown = captured.stdout, alternatives, repr(result.result)
    return Ran(f"{type(error).__name__}: {error}" if error else "", shown)


def draw_nothing() -> None:
    """Let figures of this process be made and described, and not rendered."""
    drawing = sys.modules.get("drawing")
    if drawing is not None:
        drawing.save = lambda figure, target: target.write(bytes.fromhex(PIXEL))  # type: ignore[attr-defined]


def difference(cell: NotebookNode, first: Ran, again: Ran) -> str:
    """Return how a second run of a cell differs from the first; nothing if it does not."""
    if again.raised:
        return again.raised
    if TIMED in cell.metadata.get("tags", []) or again == first:
        return ""
    return "it shows something else"


def rerun(notebook: NotebookNode) -> list[str]:
    """Run all cells, then each one after the last, then all in order; return what went wrong."""
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    first = []
    for cell in cells:
        first.append(run(shell, cell))
        draw_nothing()
    runs = list(zip(cells, first, strict=True))
    problems = [f"{_name(cell)}: {ran.raised}" for cell, ran in runs if ran.raised]
    for cell, ran in runs:
        if problem := _in_a_fork(shell, cell, ran):
            problems.append(f"{_name(cell)}, after the last cell: {problem}")
    for cell, ran in runs:
        if problem := difference(cell, ran, run(shell, cell)):
            problems.append(f"{_name(cell)}, all once more: {problem}")
    return problems


def _in_a_fork(shell: Any, cell: NotebookNode, first: Ran) -> str:
    """Run a cell in a copy of this process, which stays as it is; return what went wrong."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        # A folder that the lesson deletes at its end still belongs to the original.
        shutil.rmtree = lambda *args, **options: None  # type: ignore[assignment]
        os.write(writing, difference(cell, first, run(shell, cell)).encode()[:4000])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        problem = pipe.read()
    _, status = os.waitpid(child, 0)
    return problem or (f"it ends with status {status}" if status else "")


def _name(cell: NotebookNode) -> str:
    return repr(cell.source.strip()[:60])


if __name__ == "__main__":
    path = Path(sys.argv[1])
    sys.path.insert(0, "")
    for problem in rerun(nbformat.read(path, as_version=4)):
        print(problem)
