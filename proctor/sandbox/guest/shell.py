"""The student's shell: IPython's own, whose outputs go to the examiner."""

from __future__ import annotations

import builtins
import getpass
import linecache
import re
import sys
import traceback
import warnings
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Any, NoReturn, cast

from IPython.core import inputtransformer2
from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from IPython.core.formatters import DisplayFormatter
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.pylabtools import print_figure
from traitlets import Instance, Type
from traitlets.config import Config

from ..protocol.messages import Display, Error
from .output import FORMATS, LONGEST_ERROR, Outputs

LONGEST_MESSAGE = 2000
CELL = "Cell In["
# Without any of these there is nothing but Python: no ``%magic``, ``x = !command``, ``help?``.
ESCAPES = re.compile(r"\?|(^|=)\s*[%!,;/]", re.MULTILINE)
TOKEN_TRANSFORMERS = inputtransformer2.TransformerManager().token_transformers  # type: ignore[no-untyped-call]
NO_INPUT = "input() is not possible here: nobody is at the keyboard while a notebook is graded."


class QuickTransformer(inputtransformer2.TransformerManager):
    """IPython's way from a cell to plain Python, which looks at each token only if need be."""

    def do_token_transforms(self, lines: list[str]) -> list[str]:
        """Return the lines of a cell without magics; called by IPython."""
        if self.token_transformers == TOKEN_TRANSFORMERS and not ESCAPES.search("".join(lines)):
            return lines
        return cast(list[str], super().do_token_transforms(lines))  # type: ignore[no-untyped-call]


class CellCompiler(CachingCompiler):
    """IPython's compiler, which names code by the number of its cell, as in ``Cell In[3]``."""

    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
        """Return the name that stands for a file name in tracebacks; called by IPython."""
        return f"{CELL}{number}]"


class ResultHook(DisplayHook):
    """Sends the value of a cell's last expression."""

    def write_output_prompt(self) -> None:
        """Write none; called by IPython."""

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        """Send a result; called by IPython."""
        publisher = cast(Publisher, cast(StudentShell, self.shell).display_pub)
        publisher.send(format_dict, md_dict, is_result=True)

    def compute_format_data(self, result: Any) -> tuple[Any, Any]:
        """Return a result in its formats; of one after too much output, what counts as points."""
        outputs = cast(Publisher, cast(StudentShell, self.shell).display_pub).outputs
        if outputs is not None and not outputs.wanted():
            return {"text/plain": safe_text(partial(repr, result))}, {}
        return cast(tuple[Any, Any], super().compute_format_data(result))  # type: ignore[no-untyped-call]


class Publisher(DisplayPublisher):
    """Sends pictures and whatever else is displayed."""

    outputs: Outputs | None = None

    def publish(self, data: Any, metadata: Any = None, *args: Any, **options: Any) -> None:
        """Send what is displayed; called by IPython."""
        self.send(data, metadata)

    def send(self, data: Any, metadata: Any, is_result: bool = False) -> None:
        """Send a picture or a result, in the formats that are kept."""
        kept = {name: _text_of(data[name]) for name in FORMATS if name in data}
        if self.outputs is not None and kept:
            metadata = {name: (metadata or {}).get(name) for name in kept}
            self.outputs.publish(Display(kept, metadata, is_result))

    def clear_output(self, wait: bool = False) -> None:
        """Do nothing; called by ``IPython.display.clear_output``, tqdm and widgets."""


class PictureFormatter(DisplayFormatter):
    """Makes pixels of a figure, too, where a notebook asks for another format.

    No other is kept: a drawing in SVG may hold programs. Nothing is drawn that would be dropped:
    a function that shows a picture is called by tests a thousand times.
    """

    outputs: Outputs | None = None

    def format(self, obj: Any, include: Any = None, exclude: Any = None) -> tuple[Any, Any]:
        """Return an object in all formats, with their metadata; called by IPython."""
        if self.outputs is not None and not self.outputs.wanted():
            return {}, {}
        data, metadata = super().format(obj, include, exclude)  # type: ignore[no-untyped-call]
        if {"image/svg+xml", "application/pdf"} & set(data) and hasattr(obj, "savefig"):
            data["image/png"] = print_figure(obj, "png", base64=True)  # type: ignore[no-untyped-call]
        return data, metadata


class StudentShell(InteractiveShell):
    """A shell that stays: a notebook in which ``quit()`` was left is graded all the same."""

    display_pub_class = Type(Publisher)
    displayhook_class = Type(ResultHook)
    compiler_class = Type(CellCompiler)
    input_transformer_manager = Instance(QuickTransformer, ())
    _outputs: Outputs | None = None

    def init_display_formatter(self) -> None:
        """Make what finds the formats of an object; called by IPython."""
        self.display_formatter = PictureFormatter(parent=self)
        self.configurables.append(self.display_formatter)  # type: ignore[arg-type]

    def connect(self, outputs: Outputs) -> None:
        """Send what cells put out from now on."""
        self._outputs = outputs
        cast(Publisher, self.display_pub).outputs = outputs
        cast(PictureFormatter, self.display_formatter).outputs = outputs

    def ask_exit(self) -> None:
        """Do nothing; called by ``quit()`` and ``exit()``."""

    def enable_gui(self, gui: Any = None) -> None:
        """Do nothing: there is no window to wait for; called by ``%matplotlib`` and ``%gui``."""

    def enable_matplotlib(self, gui: Any = None) -> Any:
        """Show figures below their cells, whatever ``%matplotlib`` asks for; called by IPython."""
        return super().enable_matplotlib("inline")  # type: ignore[no-untyped-call]

    def should_run_async(self, raw_cell: str, **options: Any) -> bool:
        """Say whether a cell awaits something; called by IPython, which would compile it."""
        if "await" not in raw_cell and "async" not in raw_cell:
            return False
        return super().should_run_async(raw_cell, **options)

    # A program writes to our descriptors, whose order with Python's own output is kept; by way
    # of a terminal, as IPython has it, it would not be.
    system = InteractiveShell.system_raw

    def showtraceback(self, exc_tuple: Any = None, *args: Any, **options: Any) -> None:
        """Send the error that a cell stopped with; called by IPython."""
        self._send_error(*(exc_tuple or sys.exc_info()))

    def showsyntaxerror(self, *args: Any, **options: Any) -> None:
        """Send the error that keeps a cell from being read; called by IPython."""
        self._send_error(*sys.exc_info())

    def _send_error(self, kind: Any, error: Any, trace: TracebackType | None) -> None:
        # The shell's own frames come first.
        while trace is not None and not is_cell(trace.tb_frame.f_code.co_filename):
            trace = trace.tb_next
        lines = partial(traceback.format_exception, kind, error, trace)
        message = Error(
            name_of(kind),
            safe_text(partial(str, error), LONGEST_ERROR),
            [safe_text(lambda: "".join(lines()), LONGEST_ERROR)],
        )
        if self._outputs is not None:
            self._outputs.publish(message)


def make_shell() -> StudentShell:
    """Return the shell, without history and so without threads; called in the warm parent."""
    config = Config()
    config.HistoryManager.enabled = False
    # IPython also keeps each error as text, for the history of a notebook. Nobody reads it here,
    # and in full, with coloured source, it would take ten times as long as the cell.
    config.InteractiveShell.xmode = "Minimal"
    config.InteractiveShell.colors = "nocolor"
    shell: StudentShell = StudentShell.instance(config=config)
    builtins.input = getpass.getpass = _no_input
    # IPython's advice after SystemExit is for somebody at a terminal.
    warnings.filterwarnings("ignore", message="To exit: use")
    return shell


def is_cell(file_name: str) -> bool:
    """Say whether code of this file name is that of a student's cell."""
    return file_name.startswith(CELL)


def last_line(trace: TracebackType | None) -> str:
    """Return the last line of the student's own cells that an exception went through."""
    for frame, number in reversed(list(traceback.walk_tb(trace))):
        name = frame.f_code.co_filename
        if is_cell(name):
            return linecache.getline(name, number or 0).strip()[:LONGEST_MESSAGE]
    return ""


def safe_text(source: Callable[[], str], limit: int = LONGEST_MESSAGE) -> str:
    """Return a text from the student's code, fit to be sent; asking for it may raise anything."""
    try:
        return source()[:limit].encode(errors="replace").decode()
    except BaseException:
        return "(cannot be shown)"


def name_of(kind: Any) -> str:
    """Return the name of an exception's class."""
    return safe_text(lambda: kind.__name__)


def base_of(kind: Any) -> str:
    """Return the name of the first of Python's own exceptions that a class is made of."""
    return next((base.__name__ for base in kind.__mro__ if base.__module__ == "builtins"), "")


def _text_of(data: Any) -> str:
    """Return data for display as text."""
    return data if isinstance(data, str) else str(data)


def _no_input(*args: Any, **options: Any) -> NoReturn:
    """Take the place of `input`: nobody answers."""
    raise StdinNotImplementedError(NO_INPUT)
