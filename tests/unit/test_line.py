"""The line: whole messages cross, and whatever else comes over it is bounded and refused."""

from __future__ import annotations

import json
import os
import socket
import struct
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proctor.sandbox.protocol.line import MAX_BUFFER_BYTES, MAX_BUFFERS, MAX_HEAD_BYTES, Line
from proctor.sandbox.protocol.messages import Done, Message, MessageError, RunCell, Text, Value
from tests.support.hypothesis_settings import settings

Ends = tuple[Line, Line]


def connected() -> Ends:
    """Return both ends of a new line."""
    ours, theirs = socket.socketpair()
    return Line(ours.detach()), Line(theirs.detach())


@pytest.fixture
def ends() -> Iterator[Ends]:
    """Both ends of a line."""
    here, there = connected()
    yield here, there
    here.close()
    there.close()


def frame(data: bytes) -> bytes:
    """Return a frame as `multiprocessing.connection` writes it."""
    return struct.pack("!i", len(data)) + data


def head(*content: object) -> bytes:
    """Return the first frame of a message."""
    return frame(json.dumps(content).encode())


def received(line: Line) -> list[Message]:
    """Receive until the other side has hung up; return the messages, without what was refused."""
    found = []
    while True:
        try:
            found.append(line.receive()[1])
        except MessageError:
            continue
        except (EOFError, OSError):
            return found


# ----------------------------------------------------------------------------------- what crosses


@given(st.integers(), st.text(), st.lists(st.binary(max_size=300), max_size=20))
@settings(max_examples=60)
def test_messages_cross_with_their_buffers(number: int, text: str, buffers: list[bytes]) -> None:
    here, there = connected()
    here.send(number, Value([text]), buffers)
    here.send(number + 1, Done())
    assert there.receive() == (number, Value([text]), buffers)
    assert there.receive() == (number + 1, Done(), [])
    here.close()
    there.close()


def test_a_large_message_crosses(ends: Ends) -> None:
    here, there = ends
    text = "x" * (MAX_HEAD_BYTES - 100)
    buffers = [memoryview(bytes([number]) * (MAX_BUFFER_BYTES // 2)) for number in (1, 2)]
    sender = threading.Thread(target=here.send, args=(1, RunCell(text, 1), buffers))
    sender.start()
    number, message, arrived = there.receive()
    sender.join()
    assert (number, message) == (1, RunCell(text, 1))
    assert arrived == buffers


def test_as_many_buffers_as_there_may_be(ends: Ends) -> None:
    here, there = ends
    sender = threading.Thread(target=here.send, args=(1, Done(), [b"x"] * MAX_BUFFERS))
    sender.start()
    assert len(there.receive()[2]) == MAX_BUFFERS
    sender.join()


# ----------------------------------------------------------------------------- what is too much


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        ([MAX_BUFFER_BYTES + 1], "too large a message"),
        ([MAX_BUFFER_BYTES // 2 + 1] * 2, "too large a message"),
        ([10**30], "too large a message"),
        ([0] * (MAX_BUFFERS + 1), "no message"),
        ([-1], "no size"),
        ([True], "no size"),
        ([1.0], "no size"),
        (["1"], "no size"),
        ({}, "no message"),
    ],
)
def test_sizes_are_looked_at_before_anything_is_read(sizes: Any, words: str, ends: Ends) -> None:
    here, there = ends
    os.write(here.fileno(), head(1, sizes, "Done"))
    # Whoever waits for a buffer hears of the end, and not of this.
    here.close()
    with pytest.raises(MessageError, match=f"^{words}$"):
        there.receive()


def test_a_frame_that_is_too_large_is_not_read(ends: Ends) -> None:
    here, there = ends
    os.write(here.fileno(), struct.pack("!i", MAX_HEAD_BYTES + 1))
    here.close()
    with pytest.raises(OSError, match="bad message length"):
        there.receive()


def test_a_frame_whose_size_needs_eight_bytes_is_not_read(ends: Ends) -> None:
    here, there = ends
    os.write(here.fileno(), struct.pack("!iQ", -1, 2**40))
    here.close()
    with pytest.raises(OSError, match="bad message length"):
        there.receive()


def test_a_buffer_has_the_size_that_was_announced(ends: Ends) -> None:
    here, there = ends
    os.write(here.fileno(), head(1, [3], "Done") + frame(b"12"))
    with pytest.raises(MessageError, match="a buffer of another size"):
        there.receive()
    os.write(here.fileno(), head(1, [3], "Done") + frame(b"1234"))
    with pytest.raises(OSError, match="bad message length"):
        there.receive()


# --------------------------------------------------------------------------------- whatever comes


HEADS = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 300) | st.sampled_from(["Done", "Text", "Value"]),
    lambda inner: st.lists(inner, max_size=5),
    max_leaves=8,
)
FRAMES = st.one_of(
    st.binary(max_size=40),
    st.binary(max_size=40).map(frame),
    HEADS.map(lambda content: frame(json.dumps(content).encode())),
    st.builds(head, st.integers(), st.lists(st.integers(0, 30), max_size=3), st.just("Done")),
    st.integers(-(2**31), 2**31 - 1).map(lambda size: struct.pack("!i", size)),
    st.integers(0, 2**64 - 1).map(lambda size: struct.pack("!iQ", -1, size)),
    st.sampled_from([frame(b"[" * 100_000), frame(b"9" * 10_000), frame(b"\xff"), frame(b"")]),
)


@given(st.lists(FRAMES, max_size=8), st.integers(0, 30))
@settings(max_examples=400)
def test_whatever_comes_is_a_message_or_refused(frames: list[bytes], cut: int) -> None:
    """Nothing else is raised, and nobody waits for somebody who has hung up."""
    ours, theirs = socket.socketpair()
    line = Line(theirs.detach())
    data = b"".join(frames)
    writer = threading.Thread(target=write_and_hang_up, args=(ours, data[: len(data) - cut]))
    ended = threading.Event()
    failures: list[BaseException] = []

    def read() -> None:
        try:
            received(line)
        except BaseException as error:
            failures.append(error)
        ended.set()

    reader = threading.Thread(target=read, daemon=True)
    writer.start()
    reader.start()
    assert ended.wait(60)
    line.close()
    writer.join()
    assert failures == []


def write_and_hang_up(end: socket.socket, data: bytes) -> None:
    """Write raw bytes, as far as somebody reads them."""
    with end:
        try:
            end.sendall(data)
        except OSError:
            return


def test_what_is_sound_beside_what_is_not_arrives(ends: Ends) -> None:
    here, there = ends
    here.send(1, Text("stdout", "before"))
    os.write(here.fileno(), frame(b"no JSON") + head(7) + head(1, [], "Nothing"))
    here.send(2, Text("stdout", "after"))
    here.close()
    assert received(there) == [Text("stdout", "before"), Text("stdout", "after")]


def test_the_end_of_the_line_is_noticed(ends: Ends) -> None:
    here, there = ends
    here.close()
    with pytest.raises(EOFError):
        there.receive()
    with pytest.raises(OSError):
        there.send(1, Done())


@pytest.mark.parametrize("length", [1, 3, 5, 14])
def test_an_end_in_the_middle_of_a_message_is_noticed(length: int, ends: Ends) -> None:
    here, there = ends
    os.write(here.fileno(), head(1, [], "Done")[:length])
    here.close()
    with pytest.raises((EOFError, OSError)):
        there.receive()
