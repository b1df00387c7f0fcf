"""The student's kernel: ipykernel, with calls from the examiner."""

from __future__ import annotations

import linecache
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from types import TracebackType
from typing import Any, cast

from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from ipykernel.zmqshell import ZMQInteractiveShell
from jupyter_client.connect import KernelConnectionInfo
from traitlets import Type
from traitlets.config import Config

from .. import wire
from .limits import Limits
from .output import LimitedSession

LONGEST_MESSAGE = 2000
# Found by comparing sys.modules; without them here, a kernel takes 0.12 s to start, not 0.05.
STARTED_WITH = (
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.extensions.storemagic",
    "tornado.platform.asyncio",
)


class StudentShell(ZMQInteractiveShell):
    """A shell that stays: a notebook in which ``quit()`` was left is graded all the same."""

    def ask_exit(self) -> None:
        """Do nothing; called by ``quit()`` and ``exit()``."""


class StudentKernel(IPythonKernel):
    """A kernel in which the examiner can look up names and call functions."""

    shell_class = Type(StudentShell)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)  # type: ignore[no-untyped-call]
        self.shell_handlers["proctor_call_request"] = self.proctor_call_request

    async def proctor_call_request(self, stream: Any, ident: Any, parent: dict[str, Any]) -> None:
        """Answer the examiner; called by ipykernel for each message of this type."""
        content = parent["content"]
        answer: dict[str, Any]
        buffers: list[Any] = []
        try:
            answer, buffers = self._answer(content, parent.get("buffers") or [])
            answer["status"] = "ok"
        except wire.WireError as error:
            answer = {"status": "unfit", "evalue": str(error)[:LONGEST_MESSAGE]}
        except BaseException as error:
            # SystemExit and KeyboardInterrupt, too: the kernel goes on.
            answer = {"status": "error", **self._describe(error)}
        answer["nonce"] = content.get("nonce")
        session: Any = self.session
        session.send(stream, "proctor_call_reply", answer, parent, ident=ident, buffers=buffers)

    def _answer(self, content: dict[str, Any], buffers: list[Any]) -> tuple[dict[str, Any], Any]:
        """Return the answer to a request, and its buffers."""
        shell: Any = self.shell
        names: dict[str, Any] = shell.user_ns
        if content["op"] == "names":
            return {"kinds": {name: _kind(names, name) for name in content["names"]}}, []
        value = names[content["name"]]
        if content["op"] == "call":
            args, kwargs = wire.decode(content["args"], buffers)
            value = [value(*args, **kwargs), args]
        header, answer = wire.encode(value)
        return {"value": header}, answer

    def _describe(self, error: BaseException) -> dict[str, Any]:
        """Return what the student's code raised, and where."""
        shell: Any = self.shell
        cells: dict[str, int] = getattr(shell.compile, "_filename_map", {})
        return {
            "ename": _text(lambda: type(error).__name__),
            "evalue": _text(lambda: str(error)),
            **_last_line(error.__traceback__, cells),
        }


class StudentKernelApp(IPKernelApp):
    """The application around it: no connection file, no history, limited output."""

    def __init__(self, connection: dict[str, Any], limits: Limits, **options: Any) -> None:
        session = LimitedSession(key=connection["key"].encode())
        session.output_bytes = limits.output_bytes
        super().__init__(  # type: ignore[no-untyped-call]
            kernel_class=StudentKernel, session=session, **options
        )
        self.load_connection_info(cast(KernelConnectionInfo, connection))

    def init_connection_file(self) -> None:
        """Don't read one: the connection came with the request."""

    def write_connection_file(self, **options: Any) -> None:
        """Don't write one, either."""

    def log_connection_info(self) -> None:
        """Tell nobody."""


def run(connection: dict[str, Any], limits: Limits, when_ready: Callable[[], None]) -> None:
    """Run a kernel until it is told to stop; called in the forked child.

    Parameters
    ----------
    connection : dict
        As jupyter_client has it.
    limits : Limits
    when_ready : callable
        Called once all sockets are bound, before any code of the student's runs.
    """
    config = Config()
    config.HistoryManager.enabled = False
    app: Any = StudentKernelApp.instance(connection, limits, config=config)
    app.initialize([])
    if "matplotlib_inline.backend_inline" in sys.modules:
        # The warm parent loaded it when there was no shell for it to plug into.
        app.shell.enable_matplotlib("inline")
    when_ready()
    app.start()


def warm_up() -> None:
    """Load what a kernel imports only when it starts; called in the warm parent."""
    # No more than that: objects such as a shell would have threads, which a fork loses.
    for name in STARTED_WITH:
        import_module(name)


def _kind(names: dict[str, Any], name: str) -> str:
    """Say what a name stands for in the student's notebook."""
    if name not in names:
        return "missing"
    return "callable" if callable(names[name]) else "data"


def _text(source: Callable[[], str]) -> str:
    """Return a text from the student's code, fit to be sent; asking for it may raise anything."""
    try:
        return source()[:LONGEST_MESSAGE].encode(errors="replace").decode()
    except BaseException:
        return "(cannot be shown)"


def _last_line(trace: TracebackType | None, cells: dict[str, int]) -> dict[str, Any]:
    """Return the last line of the student's own cells that an exception went through."""
    for frame, number in reversed(list(traceback.walk_tb(trace))):
        name = frame.f_code.co_filename
        if name in cells:
            line = linecache.getline(name, number or 0).strip()
            return {"line": line[:LONGEST_MESSAGE], "lineno": number, "cell": cells[name]}
    return {}
