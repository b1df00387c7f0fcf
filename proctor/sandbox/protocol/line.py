"""The line between the examiner and a student's process: whole messages over one socket.

Framed by `multiprocessing.connection`, whose pickling is never used. Everything is bounded before
it is read: the other end may be an attacker's.
"""

from __future__ import annotations

import json
from multiprocessing.connection import Connection
from typing import Any

from .messages import Message, MessageError, pack, unpack

# Of a message's JSON, which takes up to 30 times as much as objects; and of all its buffers.
MAX_HEAD_BYTES = 8 * 1024**2
MAX_BUFFER_BYTES = 80 * 1024**2
MAX_BUFFERS = 5_000


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
        self._connection.send_bytes(json.dumps([number, sizes, *pack(message)]).encode())
        for buffer in buffers:
            self._connection.send_bytes(buffer)

    def receive(self) -> tuple[int, Message, list[Any]]:
        """Wait for a message; return the number of its request, itself, and its buffers.

        Raises
        ------
        EOFError, OSError
            If the other side has hung up, or what it sends is too large: nothing more can be read.
        MessageError
            If what it sent is no message.
        """
        number, sizes, content = self._head(self._connection.recv_bytes(MAX_HEAD_BYTES))
        buffers = [self._connection.recv_bytes(size) for size in sizes]
        if [len(buffer) for buffer in buffers] != sizes:
            raise MessageError("a buffer of another size")
        return number, unpack(content), buffers

    def _head(self, data: bytes) -> tuple[int, list[int], list[Any]]:
        """Take the first frame of a message apart."""
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
        if sum(sizes) > MAX_BUFFER_BYTES:
            raise MessageError("too large a message")
        return number, sizes, content
