"""The line between the examiner and a student's process: whole messages over one socket.

Framed by `multiprocessing.connection`, whose pickling is never used. Everything is bounded before
it is read: the other end may be an attacker's.
"""

from __future__ import annotations

import json
import struct
from multiprocessing.connection import Connection
from typing import Any

from .messages import Message, MessageError, pack, unpack

# Of a message's JSON, which takes up to 30 times as much as objects; and of all of it.
MAX_HEAD_BYTES = 8 * 1024**2
MAX_BYTES = 88 * 1024**2
MAX_BUFFERS = 5_000
_SIZE = struct.Struct("!I")


class Line:
    """One end of the line.

    Parameters
    ----------
    descriptor : int
        Of the socket; closed by `close`.
    """

    def __init__(self, descriptor: int) -> None:
        self._connection: Connection[bytes, bytes] = Connection(descriptor)

    def fileno(self) -> int:
        """Return the socket's descriptor."""
        return self._connection.fileno()

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def send(self, number: int, message: Message, buffers: Any = ()) -> None:
        """Send a message of the request `number` with the buffers that belong to its headers.

        Raises
        ------
        OSError
            If the other side has hung up.
        """
        sizes = [len(buffer) for buffer in buffers]
        head = json.dumps([number, sizes, *pack(message)]).encode()
        self._connection.send_bytes(b"".join([_SIZE.pack(len(head)), head, *buffers]))

    def receive(self) -> tuple[int, Message, list[memoryview]]:
        """Wait for a message; return the number of its request, itself, and its buffers.

        Raises
        ------
        EOFError, OSError
            If the other side has hung up, or what it sends is too large: nothing more can be read.
        MessageError
            If what it sent is no message.
        """
        data = memoryview(self._connection.recv_bytes(MAX_BYTES))
        if len(data) < _SIZE.size:
            raise MessageError("no message")
        (length,) = _SIZE.unpack(data[: _SIZE.size])
        if length > MAX_HEAD_BYTES:
            raise MessageError("too long a message")
        number, sizes, content = _head(bytes(data[_SIZE.size : _SIZE.size + length]))
        buffers, begin = [], _SIZE.size + length
        for size in sizes:
            buffers.append(data[begin : begin + size])
            begin += size
        if begin != len(data):
            raise MessageError("buffers of other sizes")
        return number, unpack(content), buffers


def _head(data: bytes) -> tuple[int, list[int], list[Any]]:
    """Take the JSON of a message apart."""
    try:
        head = json.loads(data)
    except (ValueError, RecursionError, MemoryError):
        raise MessageError("no JSON") from None
    if type(head) is not list or len(head) < 3:
        raise MessageError("no message")
    number, sizes, *content = head
    if type(number) is not int or type(sizes) is not list or len(sizes) > MAX_BUFFERS:
        raise MessageError("no message")
    if not all(type(size) is int and size >= 0 for size in sizes):
        raise MessageError("no size")
    return number, sizes, content
