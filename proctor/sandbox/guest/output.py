"""What a cell puts out, sent in the order in which it came, up to a limit.

Python's own streams, results and pictures come here directly. What else is written to descriptors
1 and 2, by C code or by other programs, goes into two files without a name, which are looked at
before anything else is put out. The limit holds honest code only; the examiner has its own.
"""

from __future__ import annotations

import io
import json
import os
import threading
import time
from collections.abc import Callable
from typing import Any

from ..protocol.messages import Display, Error, Text

STREAMS = ("stdout", "stderr")
# The first pieces of text are sent at once, so that those of a cell that then hangs arrive; of a
# flood, what came in a while or makes a frame.
AT_ONCE = 200
SECONDS = 0.05
CHARACTERS = 16_000
# Of an output beside its text, so that a million empty ones are a flood, too.
OVERHEAD = 100
LONGEST_ERROR = 20_000
"""How long an error's text is at most, and a result's beyond the limit, in characters."""
FORMATS = ("text/plain", "text/latex", "image/png", "image/jpeg")
"""What the examiner keeps of a result or a picture."""

CUT = "\n[The output of this cell was cut here: it is longer than {limit:,} bytes.]\n"


class Outputs:
    """Sends what the cells of one submission put out.

    Parameters
    ----------
    send : callable
        Sends one message to the examiner.
    limit : int
        How many bytes a cell may put out.
    """

    def __init__(self, send: Callable[[Text | Display | Error], None], limit: int) -> None:
        self._send = send
        self._limit = limit
        self._process = os.getpid()
        # Students' threads print, too.
        self._lock = threading.RLock()
        self._files = [_capture(number) for number in (1, 2)]
        self._begin(listening=False)

    def _begin(self, listening: bool) -> None:
        self._listening = listening
        self._used = 0
        self._sent = 0
        self._last = 0.0
        self._stream, self._pieces, self._waiting = "", list[str](), 0

    def start(self) -> None:
        """Begin with a cell."""
        with self._lock:
            self._begin(listening=True)

    def stop(self) -> None:
        """End a cell, with everything that it has put out."""
        with self._lock:
            self._take_files()
            self._flush()
            self._listening = False

    def drop(self) -> None:
        """Forget what was written outside of cells."""
        with self._lock:
            for file in self._files:
                os.ftruncate(file, 0)

    def write(self, stream: str, text: str) -> None:
        """Put out some text; called by `sys.stdout` and `sys.stderr`."""
        if os.getpid() != self._process:
            # A process that the student's code has started.
            os.write(1 + STREAMS.index(stream), text.encode(errors="replace"))
            return
        with self._lock:
            if self._listening:
                self._take_files()
                self._add(stream, text)

    def wanted(self) -> bool:
        """Say whether anything would be kept of what is put out now."""
        return self._listening and self._used <= self._limit and os.getpid() == self._process

    def publish(self, message: Display | Error) -> None:
        """Put out a result, a picture or an error."""
        if os.getpid() != self._process:
            return
        with self._lock:
            if self._listening:
                self._take_files()
                self._flush()
                fits = self._fits(len(json.dumps(vars(message))))
                # However much a cell has put out, it says how it ended.
                if fits or isinstance(message, Error):
                    self._send(message)
                elif message.is_result:
                    text = str(message.data.get("text/plain", ""))[:LONGEST_ERROR]
                    self._send(Display({"text/plain": text}, {}, is_result=True))

    def _add(self, stream: str, text: str) -> None:
        """Add to the text that waits, and send it if it is time."""
        if stream != self._stream:
            self._flush()
            self._stream = stream
        if self._used > self._limit:
            return
        self._pieces.append(text[: self._limit + 1])
        self._waiting += len(self._pieces[-1])
        waited = time.monotonic() - self._last > SECONDS
        if self._sent < AT_ONCE or waited or self._waiting > CHARACTERS:
            self._flush()

    def _flush(self) -> None:
        """Send the text that waits."""
        text = "".join(self._pieces)
        self._pieces, self._waiting = [], 0
        for begin in range(0, len(text), CHARACTERS):
            piece = text[begin : begin + CHARACTERS]
            if not self._fits(len(piece.encode(errors="replace"))):
                break
            self._send(Text(self._stream, piece))
        self._sent += 1
        self._last = time.monotonic()

    def _fits(self, size: int) -> bool:
        """Count an output; say once if it is too much."""
        before, self._used = self._used, self._used + size + OVERHEAD
        if self._used > self._limit >= before:
            self._send(Text("stdout", CUT.format(limit=self._limit)))
        return self._used <= self._limit

    def _take_files(self) -> None:
        """Put out what others have written to the descriptors."""
        for stream, file in zip(STREAMS, self._files, strict=True):
            try:
                size = os.fstat(file).st_size
                if size:
                    data = os.pread(file, min(size, self._limit + 1), 0)
                    os.ftruncate(file, 0)
                    self._add(stream, data.decode(errors="replace").replace("\r\n", "\n"))
            except OSError:
                continue  # the student's code has closed it


class Stream(io.TextIOBase):
    """`sys.stdout` or `sys.stderr`: what is written is put out, and waits in no other buffer."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, name: str, outputs: Outputs) -> None:
        self.name = f"<{name}>"
        self._stream = name
        self._outputs = outputs

    @property
    def buffer(self) -> Any:
        """The stream for bytes."""
        return _Bytes(self)

    def write(self, text: str) -> int:
        """Put out some text."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._outputs.write(self._stream, text)
        return len(text)

    def writable(self) -> bool:
        """Say that something can be written."""
        return True

    def fileno(self) -> int:
        """Return the descriptor, for programs and C code."""
        return 1 + STREAMS.index(self._stream)

    def close(self) -> None:
        """Do nothing: there is no notebook without its streams."""


class _Bytes:
    """The stream for bytes that belongs to a stream for text."""

    def __init__(self, stream: Stream) -> None:
        self._text = stream

    def write(self, data: Any) -> int:
        """Put out bytes as text."""
        self._text.write(bytes(data).decode(errors="replace"))
        return len(data)

    def flush(self) -> None:
        """Do nothing."""


def _capture(number: int) -> int:
    """Let a descriptor write to a new file without a name; return another descriptor of it."""
    # In the submission's own scratch space, whose limits hold for it.
    file = os.open("/tmp", os.O_TMPFILE | os.O_RDWR | os.O_APPEND, 0o600)
    os.dup2(file, number)
    return file
