"""Leave the figures of the lesson's own cells undrawn: no grade depends on them.

Drawing takes most of a submission's processor time. A cell that stands in the submission as in
the release runs like any other, student functions that it calls included. Only two things are
left out: what a statement such as ``figures.digits(images, labels)`` does, which by this
course's convention is to draw, and the rendering of other figures that the cell asks for.
"""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any
from unittest import mock

from IPython.display import Image, display
from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.figure import Figure

MODULE = "figures"
"""The lesson's module that draws and does nothing else."""
NOTE = "Not drawn while grading: this cell is the lesson's own."

_draw = FigureCanvasBase.print_figure
_picture = b""
_trusted: tuple[str, ...] = ()
_functions: dict[str, Callable[..., Any]] = {}


def warm_up() -> None:
    """Draw the picture that stands for all others, and see which code is not a student's.

    Called in the warm parent, where the working folder holds nothing but the lesson's files.
    """
    global _picture, _trusted, _functions
    buffer = io.BytesIO()
    # Not made by pyplot: whether that is loaded is up to the lesson.
    figure = Figure(figsize=(5, 0.4))
    figure.text(0.5, 0.5, NOTE, ha="center", va="center", size=10, color="#555555")
    figure.savefig(buffer, format="png", dpi=200)
    _picture = buffer.getvalue()
    modules = [str(path) for path in Path.cwd().rglob("*.py")]
    _trusted = (*modules, *{f"{folder}/" for folder in (sys.prefix, sys.base_prefix)})
    names = vars(sys.modules.get(MODULE, object)).items()
    _functions = {name: value for name, value in names if _file_of(value) in modules}


@contextmanager
def undrawn(source: str, file: str) -> Iterator[None]:
    """Leave figures undrawn while one of the lesson's own cells runs.

    Parameters
    ----------
    source : str
        The cell.
    file : str
        The file name of its code objects.
    """
    module = sys.modules.get(MODULE)
    with ExitStack() as stack:
        # What a student has changed stays so: it may be counted on.
        if FigureCanvasBase.print_figure is _draw:
            stack.enter_context(
                mock.patch.object(FigureCanvasBase, "print_figure", _without_rendering(file))
            )
        for name in _statements(source) & set(_functions):
            function = _functions[name]
            if getattr(module, name, None) is function:
                stack.enter_context(mock.patch.object(module, name, _without(function, file)))
        yield


def _without(function: Callable[..., Any], file: str) -> Callable[..., Any]:
    """Return what shows the picture where a cell calls `function`, one that draws."""

    def show(*args: Any, **options: Any) -> Any:
        if sys._getframe(1).f_code.co_filename != file:
            return function(*args, **options)
        display(Image(data=_picture, retina=True, alt=NOTE))  # type: ignore[no-untyped-call]
        return None

    return show


def _without_rendering(file: str) -> Callable[..., Any]:
    """Return what writes the picture where a cell wants another as bytes."""

    def print_figure(canvas: FigureCanvasBase, target: Any, *args: Any, **options: Any) -> Any:
        png = hasattr(target, "write") and options.get("format") in (None, "png")
        if args or not png or not _lesson_asks(sys._getframe(1), file):
            return _draw(canvas, target, *args, **options)
        return target.write(_picture)

    return print_figure


def _lesson_asks(frame: FrameType | None, file: str) -> bool:
    """Say whether no student's code stands between a picture and who asked for it.

    Looks up the stack as far as the cell, or, for figures shown at a cell's end, the kernel.
    """
    ends = (file, str(Path(__file__).with_name("kernel.py")))
    while frame is not None:
        name = frame.f_code.co_filename
        if name in ends:
            return True
        if not name.startswith(_trusted):
            return False
        frame = frame.f_back
    return False


def _statements(source: str) -> set[str]:
    """Return the functions of `MODULE` that a cell calls as statements, and only so."""
    alone: set[str] = set()
    used: set[str] = set()
    statements: set[int] = set()
    with suppress(SyntaxError):
        # A statement is walked before its parts.
        for node in ast.walk(ast.parse(source)):
            match node:
                case ast.Expr(value=ast.Call(func=function)):
                    statements.add(id(function))
                case ast.Attribute(value=ast.Name(id=module), attr=name) if module == MODULE:
                    (alone if id(node) in statements else used).add(name)
    return alone - used


def _file_of(value: Any) -> str:
    """Return the file in which a function is defined, or nothing."""
    return getattr(getattr(value, "__code__", None), "co_filename", "")
