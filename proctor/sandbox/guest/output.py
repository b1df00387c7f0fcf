"""What a kernel sends: a limit on what an honest cell puts out by mistake, and no idle work.

The hard limits are the grader's.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ipykernel.iostream import OutStream

from ..protocol.session import UndatedSession

_OUTPUTS = {"stream", "display_data", "update_display_data", "execute_result", "comm_msg"}
_ERRORS = {"error", "execute_reply"}
# Counted for each message, so that a million empty displays are a flood, too.
_OVERHEAD = 100
_LONGEST_ERROR = 20_000

CUT = "\n[The output of this cell was cut here: it is longer than {limit:,} bytes.]\n"


class LimitedSession(UndatedSession):
    """A session that stops sending a cell's output beyond a number of bytes."""

    output_bytes = 1_000_000

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._used: Counter[str] = Counter()

    def send(
        self,
        stream: Any,
        msg_or_type: dict[str, Any] | str,
        content: dict[str, Any] | None = None,
        parent: dict[str, Any] | None = None,
        ident: bytes | list[bytes] | None = None,
        buffers: list[Any] | None = None,
        track: bool = False,
        header: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> dict[str, Any] | None:
        """Send a message, or what the limit leaves of it; called for all that the kernel sends."""
        message = msg_or_type
        if isinstance(message, str):
            message = self.msg(message, content, parent, header, metadata)
        limited = self._limited(message)
        if limited is None:
            return None
        return super().send(stream, limited, ident=ident, buffers=buffers, track=track)

    def _limited(self, message: dict[str, Any]) -> dict[str, Any] | None:
        """Return the message, a note that it was too much, or None after that note."""
        kind, content = message["msg_type"], message["content"]
        if kind in _ERRORS:
            return {**message, "content": _shortened(content)}
        if kind not in _OUTPUTS:
            return message
        cell = message["parent_header"].get("msg_id", "")
        before = self._used[cell]
        self._used[cell] = before + _size(content) + _OVERHEAD
        if self._used[cell] <= self.output_bytes:
            return message
        if before > self.output_bytes:
            return None
        note = {"name": "stdout", "text": CUT.format(limit=self.output_bytes)}
        return self.msg("stream", note, parent={"header": message["parent_header"]})


class IdleStream(OutStream):
    """Standard output or error that does nothing when it is flushed with nothing to send.

    ipykernel flushes both after each request, and waits for another thread each time.
    """

    def flush(self) -> None:
        """Send what was written."""
        if self._flush_pending or self._subprocess_flush_pending:
            super().flush()  # type: ignore[no-untyped-call]


def _size(content: Any) -> int:
    """Return roughly how many bytes an output takes as JSON."""
    if isinstance(content, dict):
        return sum(_size(value) for value in content.values())
    if isinstance(content, list | tuple):
        return sum(_size(value) for value in content)
    return len(content.encode(errors="replace")) if isinstance(content, str) else 8


def _shortened(content: dict[str, Any]) -> dict[str, Any]:
    """Return an error's content with its texts cut to a length that a person may read."""
    short = dict(content)
    if isinstance(short.get("evalue"), str):
        short["evalue"] = short["evalue"][:_LONGEST_ERROR]
    if isinstance(short.get("traceback"), list):
        short["traceback"] = [str(line)[:_LONGEST_ERROR] for line in short["traceback"][-100:]]
    return short
