"""Shorter messages when a cell fails: nothing in here is needed to solve the exercises.

Each lesson has a copy of this file.
"""

import os
from pathlib import Path
from types import TracebackType

from IPython import get_ipython

FOLDER = Path(__file__).parent
NOT_YOURS = ("check.py", "drawing.py", "figures.py", "playing.py")


def shorten_tracebacks():
    """Show of an exception only the lines of the notebook and of the modules beside it.

    Python names each call on the way to an error, and most of them are NumPy's own. Colours are
    left out, too: on the red ground that notebooks give errors, they are hard to read.

    While grading, as the environment variable UNDRAWN says, nothing changes.
    """
    shell = get_ipython()
    if shell is not None and not os.environ.get("UNDRAWN"):
        shell.run_line_magic("colors", "nocolor")
        shell.set_custom_exc((Exception,), _show)


def _show(shell, kind, error, trace, tb_offset=None):
    """Show an exception and those that led to it; called by IPython as a method of the shell."""
    seen = []
    while error is not None and error not in seen:
        seen.append(error)
        if own := _own_part(error.__traceback__, shell.user_ns):
            error.__traceback__, tb_offset = own, 0
        error = error.__cause__ or error.__context__
    shell.showtraceback((kind, seen[0], seen[0].__traceback__), tb_offset=tb_offset)


def _own_part(trace, cells):
    """Return a traceback without the calls in code of others, or None if nothing is left."""
    calls = []
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        beside = path.parent == FOLDER and path.name not in NOT_YOURS
        if beside or trace.tb_frame.f_globals is cells:
            calls.append(trace)
        trace = trace.tb_next
    own = None
    for call in reversed(calls):
        own = TracebackType(own, call.tb_frame, call.tb_lasti, call.tb_lineno)
    return own
