"""The student's kernel: ipykernel, with calls from the examiner."""

from __future__ import annotations

import builtins
import linecache
import logging
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from types import TracebackType
from typing import Any, cast

from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from IPython.core import ultratb
from jupyter_client.connect import KernelConnectionInfo
from traitlets import Type
from traitlets.config import Config

from ..protocol import wire
from ..protocol.limits import Limits
from ..protocol.request import cell_digest
from . import drawing
from .output import LimitedSession
from .shell import StudentShell

CALL = "proctor_call_request"
LONGEST_MESSAGE = 2000
# Found by comparing sys.modules; without them here, a kernel takes 0.12 s to start, not 0.05.
STARTED_WITH = (
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "faulthandler",
    "numpy.random",
    "tornado.platform.asyncio",
)


class StudentKernel(IPythonKernel):
    """A kernel in which the examiner can look up names and call functions."""

    shell_class = Type(StudentShell)
    demonstrations: frozenset[str] = frozenset()
    """The lesson's own cells, as `cell_digest` knows them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)  # type: ignore[no-untyped-call]
        self.shell_handlers[CALL] = self.proctor_call_request
        self._tested: dict[str, Any] = {}

    def _publish_status(self, status: str, channel: str, parent: Any = None) -> None:
        """Publish how far a request is, but not its begin, for which nobody waits."""
        if status != "busy":
            super()._publish_status(status, channel, parent)  # type: ignore[no-untyped-call]

    def _publish_status_and_flush(
        self, status: str, channel: str, stream: Any, parent: Any = None
    ) -> None:
        """Publish that a request is done, but not for calls, which have an answer of their own."""
        request: Any = parent or self.get_parent(channel)  # type: ignore[no-untyped-call]
        if request.get("header", {}).get("msg_type") != CALL:
            super()._publish_status_and_flush(status, channel, stream, parent)  # type: ignore[no-untyped-call]

    def _publish_execute_input(self, code: str, parent: Any, execution_count: int) -> None:
        """Publish nothing: whoever sent a cell knows it; called by ipykernel."""

    async def do_execute(self, code: str, *args: Any, **options: Any) -> Any:
        """Run a cell; called by ipykernel. The lesson's own figures are not drawn."""
        cast(StudentShell, self.shell).transformed = ("", "")
        if cell_digest(code) not in self.demonstrations:
            return await super().do_execute(code, *args, **options)  # type: ignore[no-untyped-call]
        shell: Any = self.shell
        with drawing.undrawn(code, shell.compile.get_code_name(code, code, 0)):
            return await super().do_execute(code, *args, **options)  # type: ignore[no-untyped-call]

    async def proctor_call_request(self, stream: Any, ident: Any, parent: dict[str, Any]) -> None:
        """Answer the examiner; called by ipykernel for each message of this type."""
        content = parent["content"]
        answer: dict[str, Any]
        buffers: list[Any] = []
        try:
            answer, buffers = self._answer(content, parent, ident)
            answer["status"] = "ok"
        except wire.WireError as error:
            answer = {"status": "unfit", "evalue": str(error)[:LONGEST_MESSAGE]}
        except BaseException as error:
            # SystemExit and KeyboardInterrupt, too: the kernel goes on.
            answer = {"status": "error", **self._describe(error)}
        answer["nonce"] = content.get("nonce")
        session: Any = self.session
        session.send(stream, "proctor_call_reply", answer, parent, ident=ident, buffers=buffers)

    def _answer(
        self, content: dict[str, Any], parent: dict[str, Any], ident: Any
    ) -> tuple[dict[str, Any], Any]:
        """Return the answer to a request, and its buffers."""
        shell: Any = self.shell
        names: dict[str, Any] = shell.user_ns
        if content["op"] == "names":
            return {"kinds": {name: _kind(names, name) for name in content["names"]}}, []
        name = content["name"]
        if content["op"] == "get":
            value = names[name]
        else:
            args, kwargs = wire.decode(content["args"], parent.get("buffers") or [])
            functions = {
                place: getattr(import_module(module), function)
                for place, module, function in content.get("functions", [])
            }
            filled = [functions.get(place, argument) for place, argument in enumerate(args)]
            if "helpers" in content:
                # As it was when it was tested: a later cell may have defined the name anew.
                function = self._tested.get(name) or names[name]
                helpers = {
                    helper: self._helper(helper, parent, ident) for helper in content["helpers"]
                }
                self._hear(lambda message: message["content"].get("nonce") == content["nonce"])
                with _replaced(helpers, names, getattr(function, "__globals__", names)):
                    value = [function(*filled, **kwargs), args]
            else:
                function = self._tested[name] = names[name]
                value = [function(*filled, **kwargs), args]
        header, answer = wire.encode(value)
        return {"value": header}, answer

    def _helper(self, name: str, parent: dict[str, Any], ident: Any) -> Callable[..., Any]:
        """Return a function that lets the examiner compute what a helper returns."""
        session: Any = self.session
        stdin: Any = self.stdin_socket

        def helper(*args: Any, **kwargs: Any) -> Any:
            try:
                header, buffers = wire.encode([list(args), kwargs])
            except wire.WireError as error:
                raise TypeError(f"an argument of {name} is {error}") from None
            content = {"name": name, "args": header, "nonce": parent["content"]["nonce"]}
            request = session.send(
                stdin, "proctor_helper_request", content, parent, ident=ident, buffers=buffers
            )
            number = request["header"]["msg_id"]
            reply = self._hear(lambda message: message["parent_header"].get("msg_id") == number)
            if "value" in reply["content"]:
                return wire.decode(reply["content"]["value"], reply["buffers"])
            kind = getattr(builtins, reply["content"]["ename"], RuntimeError)
            raise kind(reply["content"]["evalue"])

        helper.__name__ = helper.__qualname__ = name
        return helper

    def _hear(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Wait for a message on the stdin channel; others are left over from earlier calls."""
        session: Any = self.session
        while True:
            _, message = session.recv(self.stdin_socket, mode=0)
            if wanted(message):
                return cast(dict[str, Any], message)

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

    def parse_command_line(self, argv: Any = None) -> None:
        """Read none: there are no options."""

    def load_config_file(self, *args: Any, **options: Any) -> None:
        """Read none: all is set here."""

    def init_connection_file(self) -> None:
        """Don't read one: the connection came with the request."""

    def write_connection_file(self, **options: Any) -> None:
        """Don't write one, either."""

    def log_connection_info(self) -> None:
        """Tell nobody."""

    def init_control(self, context: Any) -> None:
        """Read requests where they are answered, not in a thread that hands over each of them.

        That thread is for several shells at a time.
        """
        super().init_control(context)  # type: ignore[no-untyped-call]
        self.shell_channel_thread.io_loop.close()
        self.shell_channel_thread = None


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
    config.IPKernelApp.outstream_class = "proctor.sandbox.guest.output.IdleStream"
    app: Any = StudentKernelApp.instance(connection, limits, config=config)
    app.initialize([])
    # Its logger takes everything, if only to drop it: 500 records a submission.
    app.log.setLevel(logging.WARNING)
    if "matplotlib_inline.backend_inline" in sys.modules:
        # The warm parent loaded it when there was no shell for it to plug into.
        app.shell.enable_matplotlib("inline")
    when_ready()
    app.start()


def warm_up(demonstrations: list[str]) -> None:
    """Load what a kernel imports only when it starts; called in the warm parent.

    Parameters
    ----------
    demonstrations : list of str
        See `StudentKernel`.
    """
    drawing.warm_up()
    StudentKernel.demonstrations = frozenset(demonstrations)
    # No more than that: objects such as a shell would have threads, which a fork loses.
    for name in STARTED_WITH:
        import_module(name)
    # The first traceback looks for the files of all modules.
    try:
        raise RuntimeError
    except RuntimeError:
        formatter: Any = ultratb.AutoFormattedTB(mode="Context")  # type: ignore[no-untyped-call]
        formatter.structured_traceback(*sys.exc_info())


@contextmanager
def _replaced(values: dict[str, Any], *spaces: dict[str, Any]) -> Iterator[None]:
    """Give some names other values for a while."""
    before = [dict(space) for space in spaces]
    for space in spaces:
        space.update(values)
    try:
        yield
    finally:
        for space, old in zip(spaces, before, strict=True):
            for name in values:
                if name in old:
                    space[name] = old[name]
                else:
                    space.pop(name, None)


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
